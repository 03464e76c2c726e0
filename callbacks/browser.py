"""What the browser does by itself: functions of assets/yiping.js, wired to ids."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State

from layouts.ids import Carriers


def _function(name: str) -> ClientsideFunction:
    return ClientsideFunction("yiping", name)


def map_click(app: Any, areas: str, ids: Carriers) -> None:
    """A click on an area follows the address that the server named for it."""
    app.clientside_callback(
        _function("drill"),
        Output(ids.drilled, "children"),
        Input(areas, "n_clicks"),
        State(areas, "clickData"),
        State(areas, "hideout"),
        prevent_initial_call=True,
    )


def chart(app: Any, graph: str, source: str) -> None:
    """The figure from its store, scaled to the page."""
    app.clientside_callback(_function("scaled"), Output(graph, "figure"), Input(source, "data"))


def search_box(app: Any, box: str, ids: Carriers) -> None:
    """Enter in the search box becomes `q` in the address."""
    app.clientside_callback(
        _function("searched"),
        Output(ids.drilled, "children"),
        Input(box, "n_submit"),
        State(box, "value"),
        prevent_initial_call=True,
    )
