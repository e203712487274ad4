"""What a person sees of an issue in the simulated Jira: the page behind the links of the dashboard."""

from html import escape

from demo.site import Issue

_PAGE = """<!doctype html><meta charset="utf-8"><title>{key}</title>
<style>body{{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}
td,th{{text-align:left;padding:.2em 1em .2em 0}}</style>
<p>Simulated Jira of the demo desk</p><h1>{key}: {summary}</h1>
<p>{type}, {status}, created {created}</p><h2>History</h2><table>
<tr><th>when</th><th>who</th><th>field</th><th>from</th><th>to</th></tr>{rows}</table>"""


def browse_page(issue: Issue) -> bytes:
    """The issue with its history, as HTML."""
    fields = issue["fields"]
    rows = [
        f"<tr><td>{_text(entry['created'])}</td><td>{_text((entry.get('author') or {}).get('displayName'))}</td>"
        f"<td>{_text(item['field'])}</td><td>{_text(item.get('fromString'))}</td><td>{_text(item.get('toString'))}</td></tr>"
        for entry in issue["changelog"]["histories"]
        for item in entry["items"]
    ]
    page = _PAGE.format(
        key=_text(issue["key"]),
        summary=_text(fields["summary"]),
        type=_text(fields["issuetype"]["name"]),
        status=_text(fields["status"]["name"]),
        created=_text(fields["created"]),
        rows="".join(rows),
    )
    return page.encode()


def _text(value: object) -> str:
    return escape(str(value)) if value is not None else ""
