"""The theme of Gradio's components, with the colours of styles/base.css."""

from __future__ import annotations

import gradio as gr

__all__ = ["THEME"]

# Only system fonts: the page loads nothing from other hosts.
THEME = gr.themes.Base(
    primary_hue="teal",
    secondary_hue="teal",
    neutral_hue="stone",
    radius_size="md",
    font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"],
    font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
).set(
    body_background_fill="var(--qw-page)",
    body_background_fill_dark="var(--qw-page)",
    body_text_color="var(--qw-ink)",
    body_text_color_dark="var(--qw-ink)",
    body_text_color_subdued="var(--qw-soft)",
    body_text_color_subdued_dark="var(--qw-soft)",
    input_placeholder_color="var(--qw-soft)",
    input_placeholder_color_dark="var(--qw-soft)",
    block_border_color="var(--qw-line)",
    block_border_color_dark="var(--qw-line)",
    border_color_primary="var(--qw-line)",
    border_color_primary_dark="var(--qw-line)",
    border_color_accent="var(--qw-accent)",
    border_color_accent_dark="var(--qw-accent)",
    color_accent="var(--qw-accent)",
    slider_color="var(--qw-accent)",
    slider_color_dark="var(--qw-accent)",
)
