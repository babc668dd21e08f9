"""The HTTP API as a Ray Serve application: each model has replicas, on any machine of a cluster.

``application`` builds it of the arguments in a config file. Requests come to the deployment
``api``, which knows HTTP and holds no weights; it hands each to a replica of the model that it
names. A search depends on nothing but its request, so any replica can make it again.
"""

from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle
from starlette.applications import Starlette

from seqviz.api.create import create_api
from seqviz.api.limits import Limits
from seqviz.server.metrics import Metrics
from seqviz_ray.dispatcher import Dispatcher
from seqviz_ray.replica import Model
from seqviz_ray.settings import Settings


@serve.deployment
@serve.ingress()
class Api:
    """The HTTP API of ``seqviz.api``, before the replicas."""

    def __init__(self, settings: Settings, *handles: DeploymentHandle) -> None:
        """Take the handles of the deployments of ``settings.models``, in their order."""
        self._settings = settings
        self._handles = dict(zip(settings.models, handles, strict=True))

    def __serve_build_asgi_app__(self) -> Starlette:
        """The application of one replica."""
        offered = self._settings.shelf(*self._settings.models)
        limits = Limits(waiting=self._settings.waiting, hosts=self._settings.hosts)
        metrics = Metrics()
        desk = Dispatcher(offered, limits, metrics, handles=self._handles)
        return create_api(offered, limits, metrics, desk=desk)


def application(settings: Settings) -> Application:
    """The whole application: ``api``, and a deployment ``PAIR.SYSTEM`` for each model."""
    models = [
        Model.options(name=name.replace("/", ".")).bind(settings, name) for name in settings.models
    ]
    return Api.options(name="api").bind(settings, *models)
