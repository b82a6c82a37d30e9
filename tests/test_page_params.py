"""The `page` part of a params file: a logo from inside params/, a colour that can be read, both or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof.errors import ParamsError
from pilotproof.pilot import load_pilot
from pilotproof.pilot.page import Page, contrast_on_white
from pilotproof.workspace import Workspace

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def with_page(workspace: Workspace, **keys: str) -> Page:
    """The `page` of the demo pilot, with some keys changed."""
    path = workspace.params("nearpod")
    head = path.read_text(encoding="utf-8").split("\npage:")[0]
    path.write_text(f"{head}\npage:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
    return load_pilot("nearpod", workspace).page


@pytest.mark.parametrize(
    ("colour", "ratio"),
    # black on white; #767676, the lightest grey that passes; #777777, the first that does not: WebAIM's published values
    [("#000000", 21.0), ("#767676", 4.54), ("#777777", 4.48), ("#ffffff", 1.0), ("#ff0000", 4.00)],
)
def test_contrast_is_that_of_wcag(colour, ratio):
    assert contrast_on_white(colour) == pytest.approx(ratio, abs=0.005)


def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(workspace):
    assert with_page(workspace, accent='"#767676"').accent == "#767676"
    with pytest.raises(ParamsError, match=r"page\.accent: found '#777777'; expected .* at least 4\.5:1 on white .*4\.47:1"):
        with_page(workspace, accent='"#777777"')


@pytest.mark.parametrize("written", ["#1f4e79", "blue", "123456", '"#12345"', "[1, 2, 3]"])
def test_what_is_no_colour_is_refused(workspace, written):
    with pytest.raises(ParamsError, match='a colour in quotation marks, such as "#1f4e79"'):
        with_page(workspace, accent=written)


@pytest.mark.parametrize("logo", ["../x.svg", "/etc/x.svg", "logos\\x.svg", "https://example.org/x.svg", "x.gif"])
def test_a_logo_from_elsewhere_is_refused(workspace, logo):
    with pytest.raises(ParamsError, match=r"a \.png or \.svg file inside the folder params/"):
        with_page(workspace, logo=f"'{logo}'", logo_alt="District")


def test_a_logo_needs_its_words(workspace):
    (workspace.root / "params/x.svg").write_text(SVG)
    with pytest.raises(ParamsError, match="logo_alt beside logo"):
        with_page(workspace, logo="x.svg")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.svg", None, "no such file"),
        ("x.svg", b"<html/>", "a file that is no SVG picture"),
        ("x.svg", b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hosts">]><svg>&a;</svg>', "a file that is no SVG picture"),
        ("x.png", b"GIF89a", "a file that is no PNG picture"),
        ("x.png", b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_000, "a file of 1,000,008 bytes"),
    ],
)
def test_a_logo_that_is_no_picture_is_refused(workspace, name, content, said):
    if content is not None:
        (workspace.root / "params" / name).write_bytes(content)
    with pytest.raises(ParamsError, match=rf"page\.logo: found {said}; expected a PNG or SVG picture"):
        with_page(workspace, logo=name, logo_alt="District")


def test_a_link_that_leads_out_is_refused(workspace, tmp_path):
    (tmp_path / "secret.svg").write_text(SVG)
    (workspace.root / "params/x.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(ParamsError, match="a link that leads out of params/"):
        with_page(workspace, logo="x.svg", logo_alt="District")


def test_the_logo_is_laid_beside_the_report(workspace, tmp_path: Path):
    (workspace.root / "params/logos").mkdir()
    (workspace.root / "params/logos/ours.svg").write_text(SVG)
    page = with_page(workspace, logo="logos/ours.svg", logo_alt="District", is_draft="true")
    page.place_logo(workspace.root / "params", tmp_path)
    assert (tmp_path / "logo.svg").read_text() == SVG
    assert page.head() == {"accent": "#1f4e79", "page-logo": "logo.svg", "page-logo-alt": "District", "is-draft": True}


LABEL = "district mathematics benchmark"


def test_a_page_in_another_language_takes_translations_of_what_is_there(workspace):
    page = with_page(workspace, lang="es", translations=f"{{{LABEL}: la prueba, points: puntos}}")
    assert page.lang == "es" and page.translations[LABEL] == "la prueba"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"lang": "fr"}, r"page\.lang: found 'fr'; expected one of 'en', 'es' or 'es-US'"),
        ({"translations": f"{{{LABEL}: la prueba}}"}, "lang beside translations"),
        ({"lang": "es", "translations": "{distrct test: la prueba}"}, f"{LABEL}.*not of distrct test"),
    ],
)
def test_translations_for_no_page_or_of_nothing_are_refused(workspace, keys, said):
    with pytest.raises(ParamsError, match=said):
        with_page(workspace, **keys)


def test_unknown_parts_of_the_district_s_own_words_are_refused(workspace):
    path = workspace.params("nearpod")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\nnarrative:\n  introducton: Text.\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="Did you mean 'introduction'"):
        load_pilot("nearpod", workspace)
    path.write_text(f"{text}\nnarrative:\n  introduction: Text.\n", encoding="utf-8")
    assert load_pilot("nearpod", workspace).narrative.words() == {"introduction": "Text."}
