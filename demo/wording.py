"""What people write in tickets: summaries by issue type and service, descriptions, comments."""

from __future__ import annotations

import random

_DATASETS = (
    "Climate DT IFS-NEMO SSP3-7.0", "Climate DT ICON historical", "Extremes DT global", "Extremes DT regional 750 m",
    "Sentinel-2 L2A", "Sentinel-1 GRD", "Sentinel-3 OLCI", "Sentinel-5P NO2", "ERA5 hourly", "CAMS global forecast",
    "Copernicus DEM GLO-30", "CMIP6 daily", "Corine Land Cover 2018", "CLMS snow extent",
)  # fmt: skip
_PLACES = (
    "the Po Valley", "Catalonia", "the Baltic Sea", "Crete", "the Danube delta", "Lapland", "Brittany", "the Azores",
    "the Alps", "the North Sea", "Thessaly", "Andalusia",
)  # fmt: skip
_ERRORS = (
    "HTTP 500", "HTTP 502", "HTTP 403", "HTTP 404", "a timeout after 60 s", "“Internal server error”",
    "“Token is not active”", "“Quota exceeded”", "a certificate warning", "an empty response", "“No route to host”",
)  # fmt: skip
_CLIENTS = ("Python client", "web client", "QGIS plug-in", "command line", "REST API", "notebook")

_ANOMALIES = (
    "{service}: {element} answers with {error}",
    "{element} of {service} not reachable since this morning",
    "{service} very slow when loading {dataset}",
    "{dataset} missing for {place} in {element}",
    "Download of {dataset} stops at {percent} % with {error}",
    "{element}: {error} after login",
    "Wrong coordinates for {place} in {service}",
    "{service} shows outdated {dataset} data",
    "{client} cannot connect to {element} ({error})",
    "Job stuck in “queued” for {hours} hours in {service}",
    "{element} loses the session every {hours} hours",
    "Time series of {dataset} has a gap in {month}",
    "{service} {element}: layout broken in Firefox",
    "Duplicate entries for {dataset} in {element}",
)
_REQUESTS = (
    "Access to {dataset} for a research project on {place}",
    "How to subset {dataset} with {element}?",
    "Request for more storage in {service}",
    "Increase of the job quota on {service}",
    "Upgrade of my account for {service}",
    "Documentation of the {element} {client}",
    "Add {dataset} to {service}",
    "Reset of two-factor authentication for {service}",
    "Training material for {service} ({place} workshop)",
    "Role “developer” on {service} for our team",
    "Export of {dataset} over {place} in NetCDF",
    "Question on the licence of {dataset}",
    "New project space on {service} for {people} users",
    "Change of e-mail address in the user profile",
)
_BY_TYPE = {
    "Anomaly": _ANOMALIES,
    "User Request": _REQUESTS,
    "Incident": (
        "{element} of {service} down: {error}",
        "Availability of {service} below target in {month}",
        "Memory alarm on the {element} nodes",
        "Certificate of {service} expires within a week",
        "{service} latency above {hours} s at {place} gateway",
        "Backup of {element} failed",
        "Disk usage above {percent} % on {service}",
    ),
    "Change Request": (
        "Upgrade of {service} to {version}",
        "Open port for {element} towards the {client}",
        "Move {element} of {service} to the new cluster",
        "Rotate the secrets of {service}",
        "Add monitoring probe for {element}",
        "Raise the request limit of {service} to {percent} per minute",
        "Onboard {dataset} to {service}",
    ),
    "Story": (
        "As a user I want to filter {dataset} by region in {service}",
        "{element}: share a view by link",
        "Single search over {service} and the catalogue",
        "Keep the last query of {element}",
        "{service}: show the remaining quota",
        "Accessible colours in {element}",
    ),
    "SPR": (
        "{element} throws {error} for an empty result",
        "{service} {version}: paging of {element} loses the last item",
        "Memory leak in {element} after {hours} hours",
        "{element} does not refresh an expired token",
        "Unit of {dataset} is wrong in {service}",
        "Race in {element} when two jobs start together",
    ),
    "Maintenance Request": (
        "Planned maintenance of {service}: {version}",
        "Database upgrade behind {element}",
        "Network maintenance at the {place} site",
        "Kernel patches on the {service} nodes",
        "Reindexing of {element}",
    ),
    "Security Incident": (
        "Repeated failed logins on {service}",
        "Exposed token in a public repository ({service})",
        "Vulnerability report for {element} {version}",
        "Phishing mail in the name of DESP",
        "Unusual download volume from {element}",
    ),
    "Task": (
        "Prepare the release notes of {service} {version}",
        "Minutes of the {service} meeting",
        "Update the {service} service card",
        "Tidy up labels",
    ),
}
_BY_CATEGORY = {
    "Payment and Billing": (
        "Invoice for {service} shows twice the usage of {month}",
        "Credits not booked after payment ({service})",
        "Refund for a failed job on {service}",
        "Change of the billing address for {people} accounts",
        "Which plan covers {service} {element}?",
    ),
    "Security": (
        "My account was used by somebody else ({service})",
        "{element} of {service} reachable without login",
        "Suspicious e-mail asks for my DESP password",
        "Token of a colleague visible in {element}",
    ),
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_QUESTIONS = (
    "Could you please send us the request id and the time at which it happened?",
    "Which browser and version do you use? A screenshot would help us.",
    "Could you try again with a fresh token and tell us whether the problem persists?",
    "Please let us know the area of interest and the period you need.",
    "Does this happen with other collections as well?",
)
_ANSWERS = (
    "Here are the details you asked for.",
    "It still happens. The request id is in the attached log.",
    "I tried again this morning, same result.",
    "Thanks, please find the information attached.",
    "Sorry for the late answer. Yes, with all collections.",
)
_GREETINGS = (
    "Thank you for contacting the DESP service desk. We are looking into it.",
    "Thank you for your message. We have assigned it to the team in charge.",
    "Hello, we could reproduce the issue and come back to you soon.",
    "Thank you for reporting this. A colleague will take care of it.",
)
_NOTES = (
    "Forwarded to the provider by phone as well.",
    "Same root cause as last week, see the linked ticket.",
    "Provider says the fix needs a new deployment.",
    "Checked the logs: the upstream returns errors for about 3 % of calls.",
    "User is part of the pilot group, handle with care.",
    "Waiting for the maintenance window.",
)
_SOLUTIONS = (
    "The service has been restarted and works again. Please confirm.",
    "Your quota has been raised. Please confirm that it works.",
    "The fix is deployed. Could you please check on your side?",
    "Access has been granted, it may take a few minutes to be effective.",
    "The collection is now complete. We consider this solved, please confirm.",
)
_THANKS = (
    "Works now, thank you!",
    "Perfect, thanks a lot.",
    "Confirmed, you can close the ticket.",
    "Great, many thanks.",
)
_REOPENED = (
    "Unfortunately the problem is back.",
    "It works for one collection only, the others still fail.",
    "I still get the same error today.",
)

TALK = {
    "question": _QUESTIONS, "answer": _ANSWERS, "greeting": _GREETINGS, "note": _NOTES, "solution": _SOLUTIONS,
    "thanks": _THANKS, "reopened": _REOPENED,
}  # fmt: skip


def summary(rng: random.Random, kind: str, category: str | None, service: str, element: str, version: str) -> str:
    """A summary line for an issue type (or category) that names the service or part of it."""
    pattern = rng.choice(_BY_CATEGORY.get(category or "", ()) or _BY_TYPE[kind])
    return pattern.format(
        service=service, element=element, version=version, dataset=rng.choice(_DATASETS), place=rng.choice(_PLACES),
        error=rng.choice(_ERRORS), client=rng.choice(_CLIENTS), month=rng.choice(_MONTHS),
        hours=rng.randint(2, 12), percent=rng.randrange(15, 96, 5), people=rng.randint(3, 40),
    )  # fmt: skip


def say(rng: random.Random, about: str) -> str:
    """A comment: question, answer, greeting, note, solution, thanks or reopened."""
    return rng.choice(TALK[about])
