"""The words that the parts of the page bring along, in one table a language."""

from collections.abc import Mapping

from seqviz.views import (
    strings_beam_sizes,
    strings_bottleneck,
    strings_intervene,
    strings_live,
    strings_model_view,
    strings_options,
    strings_own,
    strings_reference,
    strings_rerank,
    strings_systems,
    strings_take_away,
    strings_tasks,
    strings_training,
    strings_what_if,
)

ENGLISH: Mapping[str, str] = {
    **strings_options.ENGLISH,
    **strings_own.ENGLISH,
    **strings_what_if.ENGLISH,
    **strings_intervene.ENGLISH,
    **strings_reference.ENGLISH,
    **strings_rerank.ENGLISH,
    **strings_beam_sizes.ENGLISH,
    **strings_systems.ENGLISH,
    **strings_bottleneck.ENGLISH,
    **strings_training.ENGLISH,
    **strings_live.ENGLISH,
    **strings_model_view.ENGLISH,
    **strings_tasks.ENGLISH,
    **strings_take_away.ENGLISH,
}
CHINESE: Mapping[str, str] = {
    **strings_options.CHINESE,
    **strings_own.CHINESE,
    **strings_what_if.CHINESE,
    **strings_intervene.CHINESE,
    **strings_reference.CHINESE,
    **strings_rerank.CHINESE,
    **strings_beam_sizes.CHINESE,
    **strings_systems.CHINESE,
    **strings_bottleneck.CHINESE,
    **strings_training.CHINESE,
    **strings_live.CHINESE,
    **strings_model_view.CHINESE,
    **strings_tasks.CHINESE,
    **strings_take_away.CHINESE,
}
