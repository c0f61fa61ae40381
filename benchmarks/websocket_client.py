"""A visitor without a browser: Streamlit's websocket protocol as the browser speaks it.

Protobuf messages go over ``ws://host/_stcore/stream``. A rerun is a ``BackMsg`` with all widgets' states, the
address's query and the hashes of cached messages; the server answers with ``ForwardMsg``s up to
``script_finished``. What is sent here is field by field what Chromium was seen to send after a drag.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Rerun:
    """One rerun: from sending the request to receiving ``script_finished``, and all bytes received."""

    seconds: float
    received_bytes: int
    messages: int


class Visitor:
    """One session on the page ``page`` ("threshold") with its live component of the same name."""

    def __init__(self, url: str, page: str, query: str = "", timeout: float = TIMEOUT_SECONDS) -> None:
        self._url = url
        self._page = page
        self._page_hash = ""
        self._query = query
        self._timeout = timeout
        self._widgets: dict[str, WidgetState] = {}
        self._cached: dict[str, ForwardMsg] = {}
        self._serial = 0
        self.component: dict = {}

    async def __aenter__(self) -> Visitor:
        address = self._url.replace("http://", "ws://") + "/_stcore/stream"
        protocols = ["streamlit"]
        # No pings: a visitor on a busy computer must not take itself for lost.
        self._socket = await websockets.connect(
            address, subprotocols=protocols, max_size=None, ping_interval=None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def first_load(self) -> Rerun:
        """The run that a browser asks for when the page is opened."""
        rerun = await self._run()
        if not self.component:
            raise RuntimeError(f"The page {self._page} showed no live component.")
        return rerun

    async def commit(self, name: str, value: float) -> Rerun:
        """What the release of a drag sends; the answer is checked to carry the committed value."""
        self._serial += 1
        state = {"state": {"values": {name: value}, "serial": self._serial}}
        widget = self.component["id"]
        text = json.dumps(state, separators=(",", ":"))
        self._widgets[widget] = WidgetState(id=widget, json_value=text)
        rerun = await self._run()
        if (self.component["serial"], self.component["values"][name]) != (self._serial, value):
            raise RuntimeError(f"The rerun answered {self.component}, not {name} = {value}.")
        return rerun

    async def _run(self) -> Rerun:
        request = self._serialized()
        received = messages = 0
        start = time.perf_counter()
        async with asyncio.timeout(self._timeout):
            await self._socket.send(request)
            while True:
                content = await self._socket.recv()
                received += len(content)
                messages += 1
                message = ForwardMsg.FromString(content)
                if message.WhichOneof("type") == "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        continue  # the script asked for another run, which begins now
                    break
                self._take(message)
        seconds = time.perf_counter() - start
        if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise RuntimeError(f"The script ended with status {message.script_finished}.")
        return Rerun(seconds, received, messages)

    def _serialized(self) -> bytes:
        return self._request().SerializeToString()

    def _request(self) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        state.widget_states.widgets.extend(self._widgets.values())
        if self._page_hash:
            state.page_script_hash = self._page_hash
        else:
            state.page_name = self._page
        state.cached_message_hashes.extend(self._cached)
        context = state.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.url, context.color_scheme = f"{self._url}/{self._page}", "light"
        return message

    def _take(self, message: ForwardMsg) -> None:
        """Keep what the next request must say."""
        if message.WhichOneof("type") == "ref_hash":
            message = self._cached[message.ref_hash]
        elif message.metadata.cacheable:
            self._cached[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take_element(message.delta.new_element)

    def _take_element(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            data = json.loads(element.bidi_component.json)
            self.component = {"id": element.bidi_component.id, **data}
        elif kind == "button_group":
            group = element.button_group
            chosen = [group.options[i].content for i in group.default]
            if group.set_value:  # by the address
                chosen = list(group.raw_values)
            state = WidgetState(id=group.id)
            state.string_array_value.data.extend(chosen)
            self._widgets.setdefault(group.id, state)
