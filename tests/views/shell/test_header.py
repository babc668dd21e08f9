"""What stands above every view: warnings about what the model has never seen."""

from streamlit.testing.v1 import AppTest

from seqviz.views.session.i18n import Words


def app() -> None:
    from dataclasses import replace  # noqa: PLC0415 - the body of this function is a script

    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - as above
    from seqviz.views.shell import header  # noqa: PLC0415 - as above
    from tests.fixtures.toy_traces import rnn_trace  # noqa: PLC0415 - as above

    trace = rnn_trace()
    source = replace(
        trace.source,
        ids=(trace.model.unk, trace.model.unk, *trace.source.ids[2:]),
        pieces=("z", "ö", *trace.source.pieces[2:]),
        spans=((0, 0), *trace.source.spans[1:]),
    )
    options = replace(trace.options, instruction="z")
    header._warn(replace(trace, source=source, options=options), Words("en"), asked=True)


def test_an_instruction_is_warned_about_apart_from_the_sentence() -> None:
    found, words = AppTest.from_function(app, default_timeout=30).run(), Words("en")
    assert not found.exception
    named = words("header.unknown.one", {"pieces": "ö"})
    assert [box.value for box in found.warning][:2] == [named, words("header.unknown_instruction")]


def details() -> None:
    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - as above
    from seqviz.views.shell import header  # noqa: PLC0415 - as above
    from tests.fixtures.toy_traces import transformer_trace  # noqa: PLC0415 - as above

    header._facts(transformer_trace(), Words("zh"))


def test_the_details_tell_what_was_recorded_of_model_options_and_run() -> None:
    found = AppTest.from_function(details, default_timeout=30).run()
    assert not found.exception
    model, options, run = [text.value for text in found.markdown]
    assert "- 权重指纹：0000000000000000" in model
    assert "- 架构：Transformer" in model
    assert "α \\= 1" in options
    assert "- 精度：float32" in run
    assert "- 结束原因：达到了最大长度" in run
