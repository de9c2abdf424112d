"""The configuration of a desk: one TOML file, validated whole, every problem with its line."""

from daemon.settings.finding import find
from daemon.settings.loading import load
from daemon.settings.machine import problems_of_machine
from daemon.settings.problems import ConfigurationError, Problem
from daemon.settings.sections import DatabaseSettings, Document, Settings, TemplatesSettings

__all__ = [
    "ConfigurationError",
    "DatabaseSettings",
    "Document",
    "Problem",
    "Settings",
    "TemplatesSettings",
    "find",
    "load",
    "problems_of_machine",
]
