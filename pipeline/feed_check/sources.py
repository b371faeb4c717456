"""Who asks for what a rule says."""

from __future__ import annotations

PSP1 = "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification"
APPLE = "https://podcasters.apple.com/support/823-podcast-requirements"
APPLE_RSS = "https://help.apple.com/itc/podcasts_connect/#/itcb54353390"
APPLE_CATEGORIES = "https://podcasters.apple.com/support/1691-apple-podcasts-categories"
APPLE_ARTWORK = "https://podcasters.apple.com/support/896-artwork-requirements"
PRX = "https://help.prx.org/hc/en-us/articles/360023748473-Overview-of-feed-requirements"
RSS = "https://www.rssboard.org/rss-specification"
RSS_PROFILE = "https://www.rssboard.org/rss-profile"
XML = "https://www.w3.org/TR/xml/"
OWASP_XXE = "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html"
OWASP_XSS = "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html"
RFC2822 = "https://www.rfc-editor.org/rfc/rfc2822#section-3.3"
RFC4287 = "https://www.rfc-editor.org/rfc/rfc4287#section-4.2.7"
RFC5005 = "https://www.rfc-editor.org/rfc/rfc5005"
RFC9110 = "https://www.rfc-editor.org/rfc/rfc9110"
BCP47 = "https://www.rfc-editor.org/info/bcp47"
WEBSUB = "https://www.w3.org/TR/websub/"
CORS = "https://fetch.spec.whatwg.org/#http-cors-protocol"
WEBVTT = "https://www.w3.org/TR/webvtt1/"
PSC = "https://podlove.org/simple-chapters/"
NAMESPACE = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
TRANSCRIPTS = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md"
CHAPTERS = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md"


def tag(name: str) -> str:
    """The page of one tag of the podcast namespace."""
    return f"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/{name}.md"
