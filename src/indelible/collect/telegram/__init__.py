"""Exports of Telegram Desktop: JSON and HTML, one chat or a whole account, whole or damaged."""
