"""Names of the last release keep working, with a warning that says where they stand now."""

from operator import attrgetter

import pytest

import phancong
from phancong import synth, travel
from phancong.travel import paths

#: The public names of 0.2.0; those of a package stand behind its name.
RELEASED = [
    "Alternative",
    "BetweenPlaces",
    "BreachTotal",
    "Cohesion",
    "Comparison",
    "ComparisonRow",
    "Conflict",
    "Continuity",
    "DEFAULT_WORKLOADS",
    "Defect",
    "Diagnosis",
    "Explanation",
    "FairLoad",
    "FairTravel",
    "FarFromPathWarning",
    "Farthest",
    "Frontier",
    "FrontierPoint",
    "Geodesic",
    "Goal",
    "GoalValue",
    "Hindrance",
    "Household",
    "Id",
    "InfeasibleError",
    "InvalidArgumentError",
    "InvalidProblemError",
    "Judgement",
    "JudgementError",
    "Labels",
    "Member",
    "MemberExplanation",
    "MissingExtraError",
    "Move",
    "NoPlanFoundError",
    "NotWrittenError",
    "PathNetwork",
    "PhancongError",
    "Plan",
    "PlanDifference",
    "Preference",
    "Price",
    "Problem",
    "Progress",
    "RELAXABLE",
    "Reading",
    "Relaxation",
    "Repair",
    "Round",
    "Search",
    "Status",
    "Travel",
    "TravelMatrix",
    "UnsupportedError",
    "Variation",
    "Walking",
    "__version__",
    "check",
    "compare",
    "diagnose",
    "explain",
    "frontier",
    "located",
    "merged_hamlets",
    "price_of_continuity",
    "price_of_fairness",
    "read",
    "read_labels",
    "read_paths",
    "read_plan",
    "solve",
    "synth.Drawn",
    "synth.GENERATOR_VERSION",
    "synth.Options",
    "synth.Weights",
    "synth.commune",
    "synth.draw",
    "synth.hamlet",
    "synth.large",
    "synth.medium",
    "synth.small",
    "write_template",
]


@pytest.mark.filterwarnings("ignore:phancong:DeprecationWarning")
@pytest.mark.parametrize("name", RELEASED)
def test_a_name_of_the_last_release_is_still_there(name):
    """At each release this becomes the list of that release."""
    assert attrgetter(name)(phancong) is not None


@pytest.mark.parametrize(
    ("module", "name", "now", "home"),
    [
        (synth, "Options", synth.CommuneOptions, r"phancong\.synth\.CommuneOptions"),
        (travel, "PathNetwork", phancong.PathNetwork, r"phancong\.PathNetwork"),
        (travel, "Walking", phancong.Walking, r"phancong\.Walking"),
        (travel, "read_paths", phancong.read_paths, r"phancong\.read_paths"),
        (travel, "FarPlace", paths.FarPlace, r"phancong\.travel\.paths\.FarPlace"),
        (travel, "NetworkPart", paths.NetworkPart, r"phancong\.travel\.paths\.NetworkPart"),
        (travel, "NetworkReport", paths.NetworkReport, r"phancong\.travel\.paths\.NetworkReport"),
        (travel, "tobler_speed", paths.tobler_speed, r"phancong\.travel\.paths\.tobler_speed"),
    ],
)
def test_a_name_that_has_moved_is_found_with_a_warning(module, name, now, home):
    """It is the same object as under its new name."""
    with pytest.warns(DeprecationWarning, match=rf"\.{name} is {home} now; the next release"):
        assert getattr(module, name) is now


def test_a_name_that_never_was_is_refused_by_name():
    """As by any module."""
    with pytest.raises(AttributeError, match=r"module 'phancong\.travel' has no attribute 'Paths'"):
        _ = travel.Paths
