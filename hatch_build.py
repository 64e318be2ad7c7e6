"""Puts the starter model into the wheel; an editable install finds it in the checkout."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Copies models/starter to topics/models/starter."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Run before the wheel is built; `version` is "editable" for a development install."""
        if version == "standard":
            build_data["force_include"]["models/starter"] = "topics/models/starter"
