"""A solver whose answers a test gives."""


class Scripted:
    """Gives the answers that it was given, whatever it is asked."""

    bits = 30
    accuracy = 0.0

    def __init__(self, *answers):
        self.answers = list(answers)

    def solve(self, model, objective, hint, limits):
        return self.answers.pop(0)
