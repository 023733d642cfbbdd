"""A service: run it with ``uvicorn fastapi_app:app``."""

from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from jobs import Jobs

from phancong import InvalidProblemError, Problem

app = FastAPI()
jobs = Jobs()
User = Annotated[str, Header(alias="X-User")]  # in a real service: whoever is logged in


@app.post("/plans", status_code=202)
def begin(lists: dict[str, Any], user: User) -> dict[str, str]:
    """Begin a search: 202 and its number, or 422 and every defect of the lists."""
    try:
        problem = Problem(lists["members"], lists["households"])
    except InvalidProblemError as error:
        raise HTTPException(422, [str(defect) for defect in error.defects]) from error
    return {"id": jobs.begin(user, problem, lists.get("seconds", 60))}


@app.get("/plans/{number}")
def look(number: str, user: User) -> dict[str, object]:
    """How far the search is, or its plan."""
    try:
        return jobs.told(user, number)
    except KeyError as error:
        raise HTTPException(404) from error


@app.delete("/plans/{number}", status_code=202)
def cancel(number: str, user: User) -> dict[str, str]:
    """Cancel: the search ends within two seconds with the best plan so far."""
    try:
        return {"state": jobs.cancel(user, number)}
    except KeyError as error:
        raise HTTPException(404) from error
