"""The applications of docs/howto/web.md, asked by the test clients of their frameworks."""

import json
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.full, pytest.mark.enable_socket]
WEB = Path(__file__).parents[2] / "docs" / "howto" / "web"
SMALL = {
    "members": [{"id": "a", "lat": 22.4, "lon": 105.2}, {"id": "b", "lat": 22.41, "lon": 105.21}],
    "households": [
        {"id": "g", "lat": 22.401, "lon": 105.201},
        {"id": "h", "lat": 22.411, "lon": 105.211},
    ],
}
#: Nobody proves these loads within a minute.
LONG = {
    "members": [
        {"id": m, "lat": 22.4 + m / 500, "lon": 105.2, "max_workload": 31} for m in range(30)
    ],
    "households": [
        {"id": 100 + h, "lat": 22.4 + h % 60 / 1000, "lon": 105.2 + h / 9000, "workload": 1 + h % 5}
        for h in range(300)
    ],
}


class Client:
    """Three requests and their answers: status and JSON."""

    def __init__(self, asked):
        self._asked = asked

    def __call__(self, method, path, user="an", body=None):
        return self._asked(method, path, {"X-User": user}, body)

    def ended(self, number, user="an"):
        """The answer once the search is over."""
        for _ in range(600):
            _, told = self("GET", f"/plans/{number}", user)
            if told["state"] != "running":
                return told
            time.sleep(0.05)
        raise AssertionError("the search never ended")


def _fastapi():
    testing = pytest.importorskip("fastapi.testclient", reason="needs phancong[web]")
    import fastapi_app

    client = testing.TestClient(fastapi_app.app)

    def asked(method, path, headers, body):
        answer = client.request(method, path, headers=headers, json=body)
        return answer.status_code, answer.json()

    return asked


def _django():
    django = pytest.importorskip("django", reason="needs phancong[web]")
    from django.conf import settings

    if not settings.configured:
        settings.configure(ROOT_URLCONF="django_app", ALLOWED_HOSTS=["testserver"], SECRET_KEY="x")
        django.setup()
    from django.test import Client as DjangoClient

    client = DjangoClient()

    def asked(method, path, headers, body):
        answer = client.generic(
            method,
            path,
            data=json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        told = answer.json() if answer["Content-Type"] == "application/json" else {}
        return answer.status_code, told

    return asked


@pytest.fixture(params=[_fastapi, _django], ids=["fastapi", "django"])
def client(request, monkeypatch):
    """Each framework in turn."""
    monkeypatch.syspath_prepend(str(WEB))
    yield Client(request.param())
    for name in ("jobs", "fastapi_app"):
        sys.modules.pop(name, None)


def test_a_search_is_begun_watched_and_brings_its_plan(client):
    """The number comes at once, the plan when it is there."""
    status, begun = client("POST", "/plans", body=SMALL)
    assert status == 202
    told = client.ended(begun["id"])
    assert (told["state"], told["status"], told["stopped"]) == ("done", "optimal", None)
    assert told["pairs"] == [["g", "a"], ["h", "b"]]
    # Cancelled too late: the plan stays.
    assert client("DELETE", f"/plans/{begun['id']}") == (202, {"state": "done"})
    assert client.ended(begun["id"]) == told


def test_a_search_is_cancelled_and_its_plan_can_be_used(client):
    """It says how far it is, and ends on request with every household placed."""
    _, begun = client("POST", "/plans", body=LONG)
    _, told = client("GET", f"/plans/{begun['id']}")
    assert told["state"] == "running"
    assert client("DELETE", f"/plans/{begun['id']}") == (202, {"state": "cancelling"})
    ended = client.ended(begun["id"])
    assert (ended["state"], ended["status"]) == ("done", "feasible")
    assert ended["stopped"] == "progress"
    assert len(ended["pairs"]) == 300


def test_two_users_search_at_once_and_see_only_their_own(client):
    """A short search ends while a long one goes on; a number of another user is unknown."""
    _, long = client("POST", "/plans", user="an", body=LONG)
    _, short = client("POST", "/plans", user="binh", body=SMALL)
    assert client.ended(short["id"], user="binh")["status"] == "optimal"
    assert client("GET", f"/plans/{long['id']}", user="an")[1]["state"] == "running"
    assert client("GET", f"/plans/{long['id']}", user="binh")[0] == 404
    assert client("DELETE", f"/plans/{long['id']}", user="binh")[0] == 404
    client("DELETE", f"/plans/{long['id']}", user="an")
    assert client.ended(long["id"])["stopped"] == "progress"


def test_every_defect_of_the_lists_is_answered(client):
    """As 422, before any search."""
    wrong = {"members": [{"id": "a"}, {"id": "a"}], "households": [{"id": "h", "workload": -1}]}
    status, told = client("POST", "/plans", body=wrong)
    assert status == 422
    assert len(next(iter(told.values()))) >= 2
