"""Every paper opens in LibreOffice and prints what it says, whatever stands in the tickets."""

from pathlib import Path

from tests.office import printed
from tests.papers.desk import EVIL, desk_in, files_of


def test_papers_print_what_they_say(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    agenda, quarter = files_of(desk, "arb", "2025-09-12"), files_of(desk, "quarterly", "2025-Q3")
    files = [agenda["-agenda.docx"], agenda[".xlsx"], quarter[".docx"]]
    said = printed(files, tmp_path)
    for file in files:
        assert "DRAFT" in said[file.name] and "Not read whole since the as-of instant: jira." in " ".join(
            said[file.name].split()
        )
    papers = " ".join(said[files[0].name].split())
    assert "Agenda of the ARB of 12 September 2025" in papers and "Page 1 of" in papers
    assert f'=HYPERLINK("{EVIL}","x")' in said[files[0].name].replace("\n", "").replace(" ", "")
    assert "Lines of support" in said[files[2].name]
