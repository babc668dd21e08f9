"""The HTTP API over a Translator: what programs and other machines ask, as Starlette serves it."""
