"""A rule is one record, and everything that lists rules knows it: what is forgotten is named here."""

import inspect
from dataclasses import fields, replace

import numpy as np
import pytest
from undiagnosed import undiagnosed

from phancong import (
    RELAXABLE,
    Household,
    InfeasibleError,
    Member,
    Problem,
    Search,
    TravelMatrix,
    UnsupportedError,
    diagnose,
    read,
    solve,
    write_template,
)
from phancong.assignment import Assignment
from phancong.cli.parser import parser
from phancong.course import Course
from phancong.diagnosing.variants import without_rules
from phancong.engines.exact import CpSatEngine
from phancong.engines.registry import ENGINES
from phancong.engines.task import Engine, Task, read_relax
from phancong.problem import MEMBER_FIELDS, WHOLE_LIMITS
from phancong.problem.columns import HOUSEHOLD_FIELDS
from phancong.rules import RULES, pair_breaches, pair_breaches_of, total
from phancong.synth import commune
from phancong.words import words

HOMES = [Household("h1", hamlet="A"), Household("h2", hamlet="B"), Household("h3", hamlet="B")]
PLAIN = Problem([Member("a", hamlet="A"), Member("b", hamlet="A")], HOMES, travel=None)


def members(**fields):
    return {"members": [Member("a", hamlet="A", **fields), Member("b", hamlet="A", **fields)]}


#: For each rule what sets it so that the problem has no plan; coverage is always set.
BROKEN = {
    "min_households": members(min_households=2),
    "min_workload": members(min_workload=2),
    "max_changes": {"previous": dict.fromkeys(("h1", "h2", "h3"), "a"), "max_changes": 0}
    | members(max_households=2),
    "max_hamlets": members(max_hamlets=0),
    "within_hamlet": {"within_hamlet": True},
    "max_travel": {"travel": TravelMatrix([[9, 9]] * 3), "max_travel": 1},
    "max_workload": members(max_workload=1),
    "max_households": members(max_households=1),
    "needs": {"households": [*HOMES, Household("h4", needs=("nurse",))]},
    "coverage": members(max_households=0),
}


#: Each way of setting a rule: by a field of a record, and by an argument of the problem.
SETTINGS = [
    *BROKEN.items(),
    ("max_hamlets", {"max_hamlets": 0}),
    ("max_travel", {"travel": TravelMatrix([[9, 9]] * 3)} | members(max_travel=1)),
]


def set_by(rule):
    """A problem that sets the rule and cannot keep it."""
    return PLAIN.replace(**BROKEN[rule])


def task_of(problem, relax=()):
    return Task(problem, (), read_relax(relax), Course(Search()))


def test_every_rule_has_its_case_here():
    """In the order in which they are relaxed."""
    assert tuple(BROKEN) == RELAXABLE == tuple(RULES)
    assert all(rule.name == name for name, rule in RULES.items())
    assert {name for name, changes in SETTINGS if name in changes} == set(WHOLE_LIMITS)
    of_members = {name for name, changes in SETTINGS if changes.keys() & {"members"}}
    assert set(RULES) & set(MEMBER_FIELDS) <= of_members


@pytest.mark.parametrize(("name", "changes"), SETTINGS)
def test_a_rule_is_set_and_can_be_taken_out(name, changes):
    """A problem without it is another one, in which it is not set any more (contract 4.2)."""
    rule, problem = RULES[name], PLAIN.replace(**changes)
    assert rule.is_set(problem)
    free = problem.replace(**without_rules(problem, {name}))
    assert rule.is_set(free) == (name == "coverage")
    assert rule.is_set(PLAIN) == (name == "coverage")


@pytest.mark.parametrize(("most", "is_set"), [(0, False), (3, True)])
def test_a_limit_on_hamlets_of_an_exempt_member_alone_is_not_set(most, is_set):
    """A member who may have no household is in no hamlet."""
    exempt = Member("a", hamlet="A", max_households=most, max_hamlets=1)
    problem = PLAIN.replace(members=[exempt, Member("b", hamlet="A")])
    assert RULES["max_hamlets"].is_set(problem) is is_set


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_whether_it_depends_on_hamlets(name):
    """If so, its breaches change where no household has one."""
    problem = set_by(name)
    nowhere = problem.replace(households=[replace(h, hamlet=None) for h in problem.households])
    pairs = [(household.id, "a") for household in problem.households]
    found = [
        [(breach.subject, breach.by) for breach in RULES[name].breaches(Assignment.of(each, pairs))]
        for each in (problem, nowhere)
    ]
    assert (found[0] != found[1]) == RULES[name].of_hamlets


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_whether_it_is_in_the_unit_of_travel(name):
    """If so, its breaches double where all ways are twice as long."""
    problem = set_by(name)
    far = problem.replace(travel=TravelMatrix([[9] * 2] * len(problem.households)), max_travel=1)
    farther = far.replace(travel=TravelMatrix([[18] * 2] * len(problem.households)), max_travel=2)
    pairs = [(household.id, "a") for household in problem.households]
    one, two = (
        [breach.by for breach in RULES[name].breaches(Assignment.of(each, pairs))]
        for each in (far, farther)
    )
    assert (two == [2 * by for by in one] != one) == RULES[name].in_travel


@pytest.mark.parametrize("name", RULES)
def test_a_rule_couples_parts_if_its_breach_is_not_their_sum(name):
    """One change is within the limit in each of two parts that share no pair, and two are beyond it."""
    part = set_by(name).replace(previous=[("h1", "a")], max_changes=1)
    both = part.replace(
        members=[*part.members, *(replace(m, id=f"{m.id}'") for m in part.members)],
        households=[*part.households, *(replace(h, id=f"{h.id}'") for h in part.households)],
        previous=[("h1", "a"), ("h1'", "a'")],
        travel=TravelMatrix([[9] * 4] * 2 * len(part.households)),
    )
    of_part = total(Assignment.of(part, [("h1", "b")]), name)
    of_both = total(Assignment.of(both, [("h1", "b"), ("h1'", "b'")]), name)
    assert (of_both != 2 * of_part) == RULES[name].couples


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.figure])
def test_the_tally_of_a_figure_is_its_value(name):
    """With households that a member would take, and with those taken (contract 4.1)."""
    homes = [replace(home, workload=1.5 + row) for row, home in enumerate(HOMES)]
    problem = set_by(name).replace(households=homes)
    rule, everybody = RULES[name].figure, np.arange(2)
    pairs = [("h1", "a")]
    tally = rule.tally(problem, Assignment.of(problem, pairs).mask)
    for row, column in ((1, 1), (2, 0)):
        having = tally.having(np.array([row]), everybody)
        for other in everybody.tolist():
            more = Assignment.of(problem, [*pairs, (f"h{row + 1}", "ab"[other])])
            assert having[other] == rule.value(more)[other]
        tally.take(np.array([row]), column)
        pairs.append((f"h{row + 1}", "ab"[column]))
    taken = rule.value(Assignment.of(problem, pairs))
    assert tally.having(np.array([], dtype=int), everybody).tolist() == taken.tolist()


def parts_of(record):
    return {field.name: getattr(record, field.name) for field in fields(record)}


#: A rule of each kind, its figure and its pairs.
RECORDS = {
    **{name: RULES[name] for name in ("max_hamlets", "max_travel", "coverage")},
    "figure": RULES["max_hamlets"].figure,
    "pair": RULES["max_travel"].pair,
}
#: The parts that only some rules have.
OF_SOME = ("column", "option", "figure", "pair")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        (name, part)
        for name, record in RECORDS.items()
        for part, given in parts_of(record).items()
        if part not in OF_SOME or (given is not None and part not in ("column", "option"))
    ],
)
def test_a_record_cannot_leave_out_a_part(name, part):
    """It is refused, and the message names the part; columns and options are compared below."""
    parts = parts_of(RECORDS[name])
    del parts[part]
    with pytest.raises(TypeError, match=rf"\b{part}\b"):
        type(RECORDS[name])(**parts)


@pytest.mark.parametrize(
    ("name", "parts", "said"),
    [
        ("max_hamlets", {"figure": None}, "figure is for rules of members, and each of them"),
        ("coverage", {"figure": RULES["max_hamlets"].figure}, "figure is for rules of members"),
        ("needs", {"pair": None}, "pair is for rules on pairs, and each of them needs one"),
        ("coverage", {"pair": RULES["needs"].pair}, "pair is for rules on pairs"),
        ("max_hamlets", {"subject": "household"}, "figure is for rules of members"),
        ("max_hamlets", {"figure": RULES["min_workload"].figure}, "a name that begins with min_"),
        ("min_workload", {"figure": RULES["max_workload"].figure}, "and no other has one"),
        ("max_travel", {"pair": RULES["needs"].pair}, "in the unit of travel needs exactly"),
        ("needs", {"in_travel": True}, "in the unit of travel needs exactly"),
        ("max_hamlets", {"adds_up": False}, "adds_up is for maxima, and each maximum of members"),
        ("min_workload", {"adds_up": True}, "adds_up is for maxima, and each maximum of members"),
        ("needs", {"adds_up": True}, "adds_up is for maxima, and each maximum of members adds up"),
        ("max_hamlets", {"column": None, "option": None}, "no column and no option sets it"),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_name(name, parts, said):
    """With the name of the rule."""
    with pytest.raises(TypeError, match=rf"^rule {name}: .*{said}"):
        replace(RULES[name], **parts)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", RULES)
def test_an_engine_refuses_each_rule_that_it_does_not_declare(engine, name):
    """By name, and first; what it declares it does not refuse as a whole (contract 6.7)."""
    made = ENGINES[engine]()
    refusals = [refusal.split(" ")[0] for refusal in made.refusals(task_of(set_by(name)))]
    assert (name in refusals) == (name not in made.keeps)


@pytest.mark.parametrize("name", RULES)
def test_the_exact_engines_keep_every_rule(name):
    """A rule that the exact model does not know is refused by everybody."""
    assert name in ENGINES["cp_sat"]().keeps
    assert name in ENGINES["mip"]().keeps


@pytest.mark.parametrize("rule", RULES)
def test_an_engine_that_has_never_heard_of_a_rule_makes_no_plan(rule):
    """Also where the rule may be relaxed: a breach that could be avoided is no plan of an engine."""

    class Forgetful(CpSatEngine):
        name = "forgetful"
        keeps = CpSatEngine.keeps - {rule}

    with pytest.raises(UnsupportedError, match=rf"'forgetful' cannot keep {rule} \(this engine"):
        undiagnosed(set_by(rule), engine="forgetful", made={"forgetful": Forgetful()})


@pytest.mark.parametrize("part", ["name", "apart", "keeps"])
def test_an_engine_cannot_leave_out_what_it_declares(part):
    """The class is refused, and the message names what is missing."""
    parts = {"name": "toy", "apart": False, "keeps": frozenset()}
    del parts[part]
    with pytest.raises(TypeError, match=rf"^engine Toy does not define {part}$"):
        type("Toy", (Engine,), parts)


def test_an_engine_keeps_rules_that_there_are():
    """A name that is misspelt would leave the rule to nobody."""
    parts = {"name": "toy", "apart": False, "keeps": frozenset(["max_hamlet", "needs"])}
    with pytest.raises(TypeError, match=r"^engine Toy keeps max_hamlet, no known rule$"):
        type("Toy", (Engine,), parts)


def test_a_method_by_hand_takes_what_it_need_not_keep():
    """It does not make breaches small, and says so on lines that are not proven."""
    nearest = ENGINES["nearest"]()
    problem = set_by("max_hamlets")
    assert nearest.refusals(task_of(problem, ("coverage", "max_hamlets"))) == []
    capped = task_of(problem, {"coverage": None, "max_hamlets": 1})
    assert nearest.refusals(capped) == ["max_hamlets (a single pass cannot guarantee it)"]


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
@pytest.mark.parametrize("name", RULES)
def test_an_exact_engine_passes_no_ceiling(name, engine):
    """Half of the largest breach that is needed allows no plan, all of it one (contract 4.3)."""
    problem = set_by(name)
    needed = [r.by for r in undiagnosed(problem, relax=(name,), engine=engine).relaxations]
    capped = undiagnosed(problem, relax={name: max(needed)}, engine=engine)
    assert [relaxation.by for relaxation in capped.relaxations] == needed
    with pytest.raises(InfeasibleError, match="limits"):
        undiagnosed(problem, relax={name: max(needed) / 2}, engine=engine)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_cannot_hold_is_named_with_a_repair(name):
    """The diagnosis names the rule, and offers what the record says would loosen it."""
    found = diagnose(set_by(name))
    assert not found.feasible
    assert any(name in conflict.rules for conflict in found.conflicts)
    kinds = {repair.kind for repair in found.repairs}
    assert name in ("min_workload", "needs", "coverage") or kinds & set(RULES[name].repairs)


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
@pytest.mark.parametrize("name", [r.name for r in RULES.values() if r.figure and r.figure.least])
def test_an_optional_member_who_is_not_used_lacks_nothing(name, engine):
    """No household needs anybody, so that no minimum can be reached, and none has to be."""
    problem = set_by(name)
    idle = problem.replace(
        members=[replace(member, optional=True) for member in problem.members],
        households=[replace(home, members_needed=0) for home in problem.households],
    )
    assert RULES[name].is_set(idle)
    plan = solve(idle, goals=(), relax=(), engine=engine)
    assert plan.pairs == ()


def test_kinds_of_repair_are_of_one_rule_each():
    """And each has a sentence in every language."""
    kinds = [kind for rule in RULES.values() for kind in rule.repairs]
    assert len(kinds) == len(set(kinds)) == 11
    told = {
        lang: [
            sentence(words(lang), 2, "2")
            for rule in RULES.values()
            for sentence in rule.repairs.values()
        ]
        for lang in ("en", "vi")
    }
    assert not set(told["en"]) & set(told["vi"])


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_told_in_every_language(name):
    """Its label, what it is about, and by how much it is broken."""
    rule, en, vi = RULES[name], words("en"), words("vi")
    assert rule.label(en) == name != rule.label(vi)
    assert rule.limit(en) != rule.limit(vi)
    assert rule.broken(en, 2, "2") != rule.broken(vi, 2, "2")
    if rule.column is not None:
        assert rule.column.label(en) == name != rule.column.label(vi)


def test_columns_and_arguments_are_those_of_the_records():
    """A limit is set by a field of a record, by an argument of the problem, or by both."""
    for kind, record, read_by in (
        ("members", Member, MEMBER_FIELDS),
        ("households", Household, HOUSEHOLD_FIELDS),
    ):
        columns = {
            name
            for name, rule in RULES.items()
            if rule.column is not None and rule.column.table == kind
        }
        assert columns == {name for name in RULES if name in read_by}
        assert columns <= {field.name for field in fields(record)}
    whole = {name for name, rule in RULES.items() if rule.option is not None}
    assert whole == set(WHOLE_LIMITS) <= set(inspect.signature(Problem).parameters)


def test_the_command_line_has_an_option_for_each_limit_of_the_whole():
    """Named after the argument."""
    asked = parser(words("en")).parse_args(["plan", "lists", "-o", "out", "--max-hamlets", "2"])
    assert asked.max_hamlets == 2
    assert all(hasattr(asked, name) for name in WHOLE_LIMITS)


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", ["min_households", "max_households", "max_hamlets"])
def test_a_limit_of_the_template_is_read(tmp_path, lang, name):
    """A number below its title is the limit of the member."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install phancong[excel]")
    path = tmp_path / "t.xlsx"
    write_template(path, lang=lang)
    book = openpyxl.load_workbook(path)
    households, people = book.worksheets[:2]
    title = RULES[name].column.title(words(lang))
    (place,) = [cell.column for cell in people[1] if cell.value == title]
    households.append([1, "Lò A", "Nà"])
    people.append([1, "Vàng B", "Nà"])
    people.cell(2, place, 2)
    book.save(path)
    assert getattr(read(path).members[0], name) == 2


def test_breaches_of_some_pairs_are_those_of_all():
    """Pair by pair, fixed ones included, in a commune with every rule about pairs."""
    drawn = commune(3, members=20, households=200)
    ids, homes = drawn.member_columns.ids, drawn.household_columns.ids
    problem = drawn.replace(max_travel=300, within_hamlet=True, fixed=[(homes[4], ids[2])])
    rows, columns = (side.ravel() for side in np.indices(problem.allowed.shape))
    found, expected = pair_breaches_of(problem, rows, columns), pair_breaches(problem)
    assert set(found) == set(expected) == {"max_travel", "within_hamlet"}
    for rule, by in expected.items():
        assert by.any()
        assert found[rule].tolist() == by.ravel().tolist()
