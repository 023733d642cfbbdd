"""The guides for contributors name what there is: files by search, layers by the contract."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import phancong

ROOT = Path(__file__).parents[1]
ENGINES = ROOT / "src" / "phancong" / "engines"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GUIDES = (
    "CONTRIBUTING.md",
    "docs/adding.md",
    "docs/architecture.md",
    "src/phancong/engines/README.md",
)

#: The example of each walk of docs/adding.md: its line in the first table, its heading, what it is called
#: in the source, where it is looked for, and where besides its walk has to name each file.
WALKS = {
    "a rule": (
        "A rule",
        r"(?i)max_hamlets",
        ["src"],
        ["tests/oracle", "tests/[!t]*.py", "benchmarks/quality"],
    ),
    "a goal": ("A goal", r'\bCohesion\b|"cohesion"', ["src"], ["tests/oracle", "benchmarks"]),
    "an engine": ("An engine", r"\b[Rr]egret\b", ["src"], ["benchmarks"]),
    "a strategy of the benchmarks": (
        "A strategy of the benchmarks",
        r"\btwo_pass_flow\b",
        ["src", "benchmarks"],
        [],
    ),
    "a reader of tables": ("A reader", r"\.ods\b|\bods_files\b", ["src"], []),
}


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def holding(pattern, places):
    """The Python files of *places*, folders or patterns, in which *pattern* occurs."""
    return {
        path.relative_to(ROOT).as_posix()
        for place in places
        for path in (ROOT.glob(place) if "*" in place else (ROOT / place).rglob("*.py"))
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }


def code_blocks():
    """The blocks of docs/adding.md that run."""
    fenced = r"^```{code-block} python\n(.*?)^```"
    return re.findall(fenced, page("docs/adding.md"), re.MULTILINE | re.DOTALL)


def walk(heading):
    return page("docs/adding.md").split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("example", WALKS)
def test_a_walk_names_every_file_that_its_example_is_spread_over(example):
    """Who follows the guide finds all of them; the table says truly how many there are."""
    heading, pattern, counted, besides = WALKS[example]
    found = holding(pattern, counted)
    missing = {
        file for file in found | holding(pattern, besides) if f"`{file}`" not in walk(heading)
    }
    assert not missing, f"docs/adding.md, “{heading}”, does not name {sorted(missing)}"
    (number,) = re.findall(
        rf"^\| {example} \| `[^`]+` \| (\d+)\b", page("docs/adding.md"), re.MULTILINE
    )
    assert int(number) == len(found)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_that_a_guide_names_is_there(guide):
    """Whole paths between backticks, and relative links."""
    text = page(guide)
    for path in re.findall(
        r"`((?:src|tests|benchmarks|docs|examples|\.ci|\.github)/[^`\s…]+)`", text
    ):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / guide).parent.joinpath(target).exists(), target


def test_modules_that_the_architecture_names_are_there():
    """Paths within the package, as `engines/portfolio.py`."""
    named = re.findall(r"`([\w/]+\.py)`", page("docs/architecture.md"))
    assert len(named) > 20
    for path in named:
        assert (ROOT / "src" / "phancong" / path).exists(), path


def test_the_layers_of_the_architecture_are_those_of_the_contract():
    """The picture and what lint-imports checks cannot part."""
    picture = page("docs/architecture.md").split("```text\n")[1].split("```")[0]
    layers = [re.split(r"\s{2,}", line)[0] for line in picture.splitlines()]
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    assert layers == contract["layers"]


def test_the_map_of_the_engines_names_every_module_once():
    """What is added to the engines gets a line in their README."""
    modules = {
        path.relative_to(ENGINES).as_posix()
        for path in ENGINES.rglob("*.py")
        if path.name != "__init__.py"
    }
    tables = page("src/phancong/engines/README.md").split("## Modules")[1].split("## Glossary")[0]
    cells = [line.split("|")[1] for line in tables.splitlines() if line.startswith("|")]
    assert sorted(re.findall(r"`([\w/]+\.py)`", "".join(cells))) == sorted(modules)


def test_the_version_is_told():
    """As that of the package that is installed."""
    assert phancong.__version__ == version("phancong")


def test_one_version_everywhere():
    """The project's, the latest release of the changelog, and what is cited."""
    numbers = re.findall(
        r"^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$", page("CHANGELOG.md"), re.MULTILINE
    )
    released, date = numbers[0]
    cited = page("CITATION.cff")
    assert released == PYPROJECT["project"]["version"]
    assert f"\nversion: {released}\ndate-released: {date}\n" in cited
    assert page("CHANGELOG.md").index("## [Unreleased]") < page("CHANGELOG.md").index(
        f"[{released}]"
    )


def test_the_goal_of_the_guide_is_minimised():
    """By every engine that takes sums over pairs: the household of the other hamlet costs 1."""
    names = {}
    exec(code_blocks()[0], names)
    members = [phancong.Member("a", hamlet="A"), phancong.Member("b", hamlet="B")]
    homes = [phancong.Household(n, hamlet=n) for n in "ABC"]
    problem = phancong.Problem(members, homes, travel=None)
    for engine in ("flow", "cp_sat", "mip", "lns"):
        (line,) = phancong.solve(problem, goals=(names["Crossings"](),), engine=engine).goals
        assert line.proven
        assert line.value == 1


def test_the_strategy_and_the_set_of_the_guide_make_a_plan(tmp_path, monkeypatch):
    """Whoever begins with it has something that runs."""
    pytest.importorskip("k_means_constrained", reason="strategies need phancong[bench]")
    _, block, instances = code_blocks()
    names = {}
    exec(block, names)
    members = [
        phancong.Member("m1", (22.4, 105.2), max_households=1),
        phancong.Member("m2", (22.5, 105.2)),
    ]
    homes = [phancong.Household(f"h{n}", (22.4, 105.21)) for n in (1, 2)]
    case = names["Case"](phancong.Problem(members, homes), (phancong.Travel(),))
    assert names["tabu"](case, 1.0).pairs == (("h1", "m1"), ("h2", "m2"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "my_commune"
    folder.mkdir()
    (folder / "members.csv").write_text("id,lat,lon\nm1,22.4,105.2\n")
    (folder / "households.csv").write_text("id,lat,lon\nh1,22.4,105.21\n")
    exec(instances, names)
    (mine,) = names["SET"].draw(5)
    assert names["tabu"](mine.build(), 1.0).pairs == (("h1", "m1"),)
