"""What one can do with the page, in a browser."""

import re
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from gls_sweep.results.groups import show
from gls_sweep.results.pivot import pivot
from gls_sweep.results.report import NAME
from tests.report.conftest import COMMAND, EPOCHS, REASON

SHOWN = "table.cells tbody tr:not(.opened):not([hidden])"


def shown(page: Page) -> list[str]:
    """Signatures of the rows that are shown, in their order."""
    signatures: list[str] = page.locator(SHOWN).evaluate_all("rows => rows.map(row => row.id.split('-')[1])")
    return signatures


def entry(page: Page, told: str) -> str:
    """Selector of the entry of the shown heat map that begins with these words."""
    return f'.heat:not([hidden]) a[data-told^="{told}"]'


def test_it_says_what_made_the_cells(page: Page, table: pd.DataFrame) -> None:
    """Title, command as a shell takes it, versions, and how the cells ended."""
    head = page.locator("header").inner_text()
    assert page.locator("h1").inner_text() == "digits"
    assert "gls-sweep -m noise.rate=0,0.2,0.4,0.6 'loss.smooth_rate=range(-8, 1)'" in head
    assert COMMAND["time"][:4] in head and "torch2.15.0" in "".join(head.split())
    counts = table["status"].value_counts()
    assert f"{counts['finished']} of {len(table)} cells finished" in head
    assert f"{counts['diverged']} diverged, {counts['failed']} failed" in head


def test_reasons_of_failures_are_text(page: Page) -> None:
    """What a record says is shown as it is, never run."""
    assert REASON in page.locator(".failures").inner_text()
    assert REASON.partition("\n")[0] in page.locator("tr.failed").first.inner_text()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("by_keyboard", [False, True])
def test_the_table_sorts_as_pandas_does(page: Page, table: pd.DataFrame, by_keyboard: bool) -> None:
    """By a click and by the keyboard, up and down, what is missing always last."""
    accuracies = table["val.test_accuracy"].where(table["status"] == "finished")
    before = accuracies.map(lambda value: float(f"{value:.6g}")).set_axis(table["signature"])
    button = page.get_by_role("button", name=re.compile("^val %"))
    for direction in ("ascending", "descending"):
        before = before.sort_values(ascending=direction == "ascending", kind="stable", na_position="last")
        if by_keyboard:
            button.focus()
            page.keyboard.press("Enter")
        else:
            button.click()
        assert page.locator("th[aria-sort]").evaluate_all("all => all.map(one => [one.dataset.key, one.ariaSort])") == [
            ["val", direction]
        ]
        assert shown(page) == list(before.index)


def test_numbers_are_sorted_by_size(page: Page, table: pd.DataFrame) -> None:
    """-8 stands before -0.2, and 0.2 before 0.4."""
    page.get_by_role("button", name=re.compile("^loss.smooth_rate")).click()
    expected = table.sort_values("loss.smooth_rate", kind="stable")["signature"]
    assert shown(page) == list(expected)


@pytest.mark.parametrize(
    "words, query",
    [
        ("noise.rate=0.4", "`noise.rate` == 0.4"),
        ("noise.rate=0.40 loss.smooth_rate=-2,0", "`noise.rate` == 0.4 and `loss.smooth_rate` in [-2, 0]"),
        ("status=diverged", "status == 'diverged'"),
        ("DIVERGED seed=1", "status == 'diverged' and seed == 1"),
        ("status=diverged status=finished", "status == 'nothing'"),
        ("smooth_rate=-2", "`loss.smooth_rate` == -2"),
    ],
)
def test_the_filter_keeps_what_it_says(page: Page, table: pd.DataFrame, words: str, query: str) -> None:
    """Words and key=value, all of which must hold; the count is told."""
    page.get_by_label("Filter").fill(words)
    kept = table.query(query)["signature"]
    assert shown(page) == list(kept)
    assert page.get_by_role("status").inner_text() == f"{len(kept)} of {len(table)} shown"
    page.get_by_label("Filter").fill(table["signature"].iat[3][:8])
    assert shown(page) == [table["signature"].iat[3]]
    page.get_by_label("Filter").fill("")
    assert len(shown(page)) == len(table)


def test_a_column_that_there_is_not_is_named(page: Page, table: pd.DataFrame) -> None:
    """With those that there are."""
    page.get_by_label("Filter").fill("no_such_column=1")
    told = page.get_by_role("status").inner_text()
    assert told.startswith(f"0 of {len(table)} shown; no column no_such_column, there are loss.smooth_rate, noise.rate")


@pytest.mark.parametrize("policy", ["val", "best", "last"])
def test_the_heat_map_shows_the_policy_chosen(page: Page, table: pd.DataFrame, policy: str) -> None:
    """All its numbers are those of the pivot."""
    page.locator(".policies label", has_text=policy).click()
    grids = pivot(table, policy)
    entries = page.locator(".heat:not([hidden]) tbody td").all_inner_texts()
    numbers = [re.match(r"[\d.]*", text.strip()).group() for text in entries]
    assert numbers == [f"{100 * mean:.1f}" if mean == mean else "" for mean in grids.mean.to_numpy().ravel()]


def test_an_entry_tells_its_numbers_on_hover_and_focus(page: Page, table: pd.DataFrame) -> None:
    """Mean, standard deviation and counts; arrows go on, Escape closes."""
    grids = pivot(table, "val")
    i, j = list(grids.mean.index).index("-2"), 2
    expected = f"{100 * grids.mean.iat[i, j]:.2f} % ± {100 * grids.std.iat[i, j]:.2f}, 2 cells"
    tip = page.get_by_role("tooltip")
    page.hover(entry(page, "\N{MINUS SIGN}2, noise 0.4:"))
    assert expected in tip.inner_text()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    page.focus(entry(page, "\N{MINUS SIGN}1, noise 0.4:"))
    page.keyboard.press("ArrowDown")
    assert expected in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.hover(entry(page, "\N{MINUS SIGN}8, noise 0:"))
    assert "2 diverged" in tip.inner_text()


def test_a_heat_map_is_one_stop_of_the_tab_key(page: Page) -> None:
    """The other entries are reached with the arrow keys."""
    assert page.locator('.heat:not([hidden]) tbody a[tabindex="0"]').count() == 1
    page.focus('.heat:not([hidden]) tbody a[tabindex="0"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.heat')") is None


def test_an_entry_leads_to_its_cells(page: Page, table: pd.DataFrame) -> None:
    """The table is filtered to them."""
    page.click(entry(page, "0.8, noise 0.2:"))
    own = table[(table["loss.smooth_rate"] == 0.8) & (table["noise.rate"] == 0.2)]
    assert shown(page) == list(own["signature"])


def test_curves_open_and_can_be_read_by_keyboard(page: Page, table: pd.DataFrame) -> None:
    """A line for each split, values of the epoch under the cursor, and none for a cell that failed."""
    row = page.locator("table.cells tbody tr:not(.failed)").first
    button = row.get_by_role("button", name="curves")
    button.click()
    picture = page.locator(".opened svg")
    assert button.get_attribute("aria-expanded") == "true"
    assert picture.locator("path").count() == 3
    assert f"Accuracy over {EPOCHS} epochs" in str(picture.get_attribute("aria-label"))
    assert "test (true labels) 89.1" in page.locator(".opened").inner_text()
    picture.focus()
    page.keyboard.press("ArrowLeft")
    assert "test (true labels) 89.1" not in page.locator(".opened").inner_text()
    button.click()
    assert page.locator(".opened").count() == 0
    assert page.locator("tr.failed").first.get_by_role("button").count() == 0
    assert page.get_by_role("button", name="curves").count() == (table["status"] != "failed").sum()


def test_opened_curves_stay_with_their_row(page: Page) -> None:
    """Through sorting and filtering."""
    row = page.locator("table.cells tbody tr:not(.failed)").first
    signature = row.get_attribute("id")
    row.get_by_role("button", name="curves").click()
    page.get_by_role("button", name=re.compile("^last %")).click()
    assert page.locator(".opened").evaluate("row => row.previousElementSibling.id") == signature
    page.get_by_label("Filter").fill("status=failed")
    assert not page.locator(".opened").is_visible()


def test_links_lead_to_files_that_exist(page: Page, folder: Path) -> None:
    """Those of the cells relative to the page, those within it to its parts."""
    links: list[str] = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for link in set(links):
        target = page.locator(link).count() if link.startswith("#") else (folder / unquote(link)).is_file()
        assert target, link
    assert sum(link.endswith("/config.yaml") for link in links) == page.locator("table.cells tbody tr").count()


CONTRASTS = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = channels(color).map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    const color = getComputedStyle(one).backgroundColor;
    return (channels(color)[3] ?? 1) === 1 ? color : ground(one.parentElement);
  };
  const low = [];
  for (const one of document.querySelectorAll("body *")) {
    const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !one.checkVisibility() || one.closest("svg, script")) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(`${one.tagName} ${one.className}: ${one.textContent.slice(0, 40)}`);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, scheme: str) -> None:
    """By 4.5 to 1 or more, the heat map's entries too, in both colour schemes."""
    page.emulate_media(color_scheme=scheme)
    page.locator("table.cells tbody tr:not(.failed)").first.get_by_role("button").click()
    is_dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert is_dark == (scheme == "dark")
    assert page.evaluate(CONTRASTS) == []


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page) -> None:
    """Wide tables scroll by themselves."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("table.cells tbody tr:not(.failed)").first.get_by_role("button").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_has_all_rows_and_no_controls(page: Page, table: pd.DataFrame) -> None:
    """The table is printed whole."""
    page.emulate_media(media="print")
    assert not page.locator(".filter").is_visible() and not page.locator(".policies").is_visible()
    height, whole = page.locator(".tall").evaluate("one => [one.clientHeight, one.scrollHeight]")
    assert height == whole and len(shown(page)) == len(table)
    assert page.pdf().startswith(b"%PDF")


def test_what_was_closed_is_closed_again_after_printing(page: Page) -> None:
    """And what was open stays open."""
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<details open></details><details></details>')")
    for event, count in (("beforeprint", 2), ("afterprint", 1)):
        page.evaluate("event => dispatchEvent(new Event(event))", event)
        assert page.locator("details[open]").count() == count


def test_it_can_be_read_without_scripts(browser: Browser, folder: Path, table: pd.DataFrame) -> None:
    """All heat maps and cells are there."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((folder / NAME).as_uri())
        captions = page.locator(".heat caption b").all_inner_texts()
        assert captions == ["val", "best", "last"] and page.locator(".heat >> visible=true").count() == 3
        assert page.locator("table.cells tbody tr").count() == len(table)
        assert not page.locator(".filter").is_visible()
        assert show(table["noise.rate"].iat[0]) in page.locator("table.cells tbody tr").first.inner_text()
