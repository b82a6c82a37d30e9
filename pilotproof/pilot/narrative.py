"""The district's own prose, in Markdown. It stands in the report under headings that say whose words they are."""

from __future__ import annotations

from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed


class Narrative(Closed):
    """What the district wants to say in its own words. Paragraphs, lists, emphasis and links; everything else is shown as typed.

    introduction : before everything but page one; context : of the schools and of the pilot
    implementation : how the pilot went; recommendations : beside the recommendation of the report
    """

    introduction: Text | None = None
    context: Text | None = None
    implementation: Text | None = None
    recommendations: Text | None = None

    def words(self) -> dict[str, str]:
        """The parts that were written, by their key."""
        return {key: text for key, text in self.model_dump().items() if text is not None}
