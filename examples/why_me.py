"""Why me? Answers to a household and a member, with the price of each alternative.

A branch has four members, and 22 households in two valleys with a ridge between them. After the meeting
the family h07 asks why it does not have m2, who lives nearest, and m3 asks why there are so many. With
``--lang vi`` the answers are in Vietnamese, ready to be read aloud.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from phancong import Household, Member, Problem, explain, solve


def branch() -> Problem:
    """Two members in each valley; the first has half a share, as he keeps the books, too."""
    homes = [(22.4000, 105.2000), (22.4060, 105.2050), (22.4010, 105.2400), (22.4070, 105.2450)]
    members = [
        Member(f"m{j}", at, max_households=7, share=0.5 if j == 1 else 1.0, max_travel=4000)
        for j, at in enumerate(homes, start=1)
    ]
    households = [
        Household(
            f"h{i:02}",
            (22.3985 + 0.0011 * (i * 7 % 11), (105.198 if i <= 13 else 105.238) + 0.0010 * (i % 9)),
        )
        for i in range(1, 23)
    ]
    return Problem(members, households, forbidden=[("h07", "m2")])


def main(arguments: Sequence[str] | None = None) -> None:
    """Solve, and print the answers."""
    parser = ArgumentParser(description="What a household and a member ask.")
    parser.add_argument("--lang", choices=("en", "vi"), default="en", help="of the answers")
    lang = parser.parse_args(arguments).lang
    plan = solve(branch())
    print(plan.text(lang))
    print("\n1. The family of h07 asks")
    print(explain(plan, "h07").text(lang))
    print("\n2. The family of h03 asks")
    print(explain(plan, "h03").text(lang))
    print("\n3. Member m3 asks")
    print(explain(plan, "m3").text(lang))


if __name__ == "__main__":
    main()
