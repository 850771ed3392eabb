"""The weathermap as one SVG picture, drawn here, for reports and chats."""

from suanlu.picture.drawing import draw
from suanlu.picture.scene import Scene
from suanlu.picture.theme import THEMES
from suanlu.picture.words import LANGUAGES

__all__ = ["LANGUAGES", "THEMES", "Scene", "draw"]
