"""How the pages of a pilot look: the district's logo and colour, and whether they are a draft."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from xml.etree.ElementTree import ParseError

from pydantic import AfterValidator, Field, field_validator, model_validator

from pilotproof.errors import ParamsError, Problem
from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed

LEAST_CONTRAST = 4.5  # of text on its ground, WCAG 2.1, success criterion 1.4.3
LARGEST_LOGO = 1_000_000  # bytes; the HTML page carries it
ACTIVE = {"script", "foreignobject", "iframe", "object", "embed", "a", "handler", "set", "animate", "audio", "video"}
PNG = b"\x89PNG\r\n\x1a\n"


def _inside_params(text: str) -> str:
    path = PurePosixPath(text)
    is_outside = path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text
    if is_outside or path.suffix not in (".png", ".svg"):
        raise ValueError("a .png or .svg file inside the folder params/, with / between folders and no ..")
    return text


class Page(Closed):
    """The district's own marks on the page.

    logo : path inside params/
    lang : of a page one that comes before the English one; es-US writes 0.10 as schools in the United States do, es writes 0,10
    translations : what the title and the names of the outcomes read in that language, with their article
    """

    logo: Annotated[str, AfterValidator(_inside_params)] | None = None
    logo_alt: Text | None = None
    accent: str = Field(default="#1f4e79")
    is_draft: bool = False
    lang: Literal["en", "es", "es-US"] = "en"
    translations: dict[Text, Text] = Field(default_factory=dict)

    @field_validator("accent", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError('a colour in quotation marks, such as "#1f4e79"')
        if (ratio := contrast_on_white(value)) < LEAST_CONTRAST:
            shown = math.floor(ratio * 100) / 100  # 4.499 must not read as 4.50
            raise ValueError(f"a colour with a contrast of at least {LEAST_CONTRAST}:1 on white (this one has {shown:.2f}:1)")
        return value.lower()

    @model_validator(mode="after")
    def _logo_can_be_said(self) -> Page:
        if self.logo and not self.logo_alt:
            raise ValueError("logo_alt beside logo: what somebody who cannot see it should hear, such as the district's name")
        return self

    @model_validator(mode="after")
    def _translated_into_something(self) -> Page:
        if self.translations and self.lang == "en":
            raise ValueError("lang beside translations: the language of the page that they are for")
        return self

    @property
    def logo_name(self) -> str | None:
        """The logo's file beside the report."""
        return None if self.logo is None else f"logo{PurePosixPath(self.logo).suffix}"

    def head(self) -> dict[str, Any]:
        """What the head of report.qmd says of it."""
        return {"accent": self.accent, "page-logo": self.logo_name, "page-logo-alt": self.logo_alt, "is-draft": self.is_draft}

    def place_logo(self, params: Path, folder: Path) -> None:
        """Copy the logo, if there is one, from the folder `params` beside the report in `folder`."""
        if self.logo is not None:
            shutil.copyfile(params / self.logo, folder / str(self.logo_name))


def contrast_on_white(colour: str) -> float:
    """Contrast ratio of `colour` (#rrggbb) to white, from 1 to 21. Source: WCAG 2.1, relative luminance and contrast ratio."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def require_logo(page: Page, params: Path, *, shown_as: str) -> None:
    """Raise ParamsError unless the logo, if one is named, is a PNG or SVG picture in the folder `params`."""
    if page.logo is None:
        return
    found = _wrong_with(params / page.logo, params)
    if found is not None:
        expected = f"a PNG or SVG picture of at most {LARGEST_LOGO // 1_000_000} MB in params/{page.logo}"
        action = "Put the picture there, or leave logo out."
        raise ParamsError([Problem(file=shown_as, column="page.logo", found=found, expected=expected, action=action)])


def _wrong_with(path: Path, params: Path) -> str | None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if not path.is_file():
        return "no such file"
    if not path.resolve().is_relative_to(params.resolve()):
        return "a link that leads out of params/"
    content = path.read_bytes()
    if len(content) > LARGEST_LOGO:
        return f"a file of {len(content):,} bytes"
    if path.suffix == ".png":
        return None if content.startswith(PNG) else "a file that is no PNG picture"
    try:
        root = fromstring(content)
    except (ParseError, ValueError, LookupError, DefusedXmlException):
        return "a file that is no SVG picture"
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return "a file that is no SVG picture"
    return "an SVG picture with a script, or with a part that lies elsewhere" if any(map(_acts, root.iter())) else None


def _acts(element: Any) -> bool:
    """Whether a part of a drawing is more than drawn: a script, a link, a page within, a style or picture from elsewhere."""
    values = {str(name).rpartition("}")[2].casefold(): value for name, value in element.attrib.items()}
    led_to = [value for name, value in values.items() if name in ("href", "src")]
    styles = [*values.values(), element.text or ""]
    return (
        not isinstance(element.tag, str)
        or element.tag.rpartition("}")[2].casefold() in ACTIVE
        or any(name.startswith("on") for name in values)
        or any(not value.strip().startswith(("#", "data:image/png", "data:image/jpeg")) for value in led_to)
        or any(re.search(r"(?i)url\(\s*['\"]?(?!#)\S|@import|expression\(", style) for style in styles)
    )
