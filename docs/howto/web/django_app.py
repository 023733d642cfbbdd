"""The same three requests as views of Django; ``urlpatterns`` goes into the project's ``urls.py``."""

import json

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from jobs import Jobs

from phancong import InvalidProblemError, Problem

jobs = Jobs()


def _user(request: HttpRequest) -> str:
    return request.headers["X-User"]  # in a real project: request.user.pk


class Plans(View):
    """``/plans``: a new search."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """Begin a search: 202 and its number, or 422 and every defect of the lists."""
        lists = json.loads(request.body)
        try:
            problem = Problem(lists["members"], lists["households"])
        except InvalidProblemError as error:
            defects = [str(defect) for defect in error.defects]
            return JsonResponse({"defects": defects}, status=422)
        number = jobs.begin(_user(request), problem, lists.get("seconds", 60))
        return JsonResponse({"id": number}, status=202)


class OnePlan(View):
    """``/plans/NUMBER``: how far it is, its plan, or its end."""

    def get(self, request: HttpRequest, number: str) -> JsonResponse:
        """How far the search is, or its plan."""
        try:
            return JsonResponse(jobs.told(_user(request), number))
        except KeyError as error:
            raise Http404 from error

    def delete(self, request: HttpRequest, number: str) -> JsonResponse:
        """Cancel: the search ends within two seconds with the best plan so far."""
        try:
            return JsonResponse({"state": jobs.cancel(_user(request), number)}, status=202)
        except KeyError as error:
            raise Http404 from error


urlpatterns = [
    path("plans", csrf_exempt(Plans.as_view())),
    path("plans/<str:number>", csrf_exempt(OnePlan.as_view())),
]
