"""A visitor who fills in forms, presses buttons, hands in files and reads what the page says."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
import uuid
from http.cookies import SimpleCookie

from google.protobuf.message import Message
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.websocket_client import Rerun, Visitor

FORMS = ("number_input", "button", "button_group", "text_input", "text_area", "selectbox", "file_uploader")


class Guest(Visitor):
    """A :class:`Visitor` who also reads: ``said`` are the texts of the last run, ``forms`` its widgets."""

    def __init__(self, url: str, page: str, query: str = "", timeout: float = 120.0) -> None:
        super().__init__(url, page, query, timeout)
        self.said: list[str] = []
        self.forms: dict[tuple[str, str], Element] = {}
        self.session = ""
        self.forged = b""  # a serialized BackMsg, sent as one with what is true
        self._cookie = ""

    async def open(self) -> Rerun:
        """The first run of the page, with or without a live component."""
        return await self._run()

    async def go(self, query: str) -> Rerun:
        """The page under another address, as after an edit of it or the Back button."""
        self._query, self._widgets = query, {}
        return await self._run()

    async def rerun(self) -> Rerun:
        """The page once more, as it is."""
        return await self._run()

    async def commit_json(self, state: dict) -> Rerun:
        """What the browser's live component sends, whatever it is."""
        self._set(self.component["id"], "json_value", json.dumps(state))
        return await self._run()

    def fill(self, label: str, value: float | str) -> None:
        """Write into the box of that label; sent with the next run."""
        element = self._form(("number_input", "text_input", "text_area"), label)
        if isinstance(value, str):
            self._set(element.id, "string_value", value)
        else:
            whole = element.data_type == NumberInput.INT
            self._set(element.id, "int_value" if whole else "double_value", int(value) if whole else value)

    async def press(self, label: str) -> Rerun:
        """Press the button of that label."""
        element = self._form(("button",), label)
        self._set(element.id, "trigger_value", True)
        try:
            return await self._run()
        finally:
            del self._widgets[element.id]

    async def hand_in(self, content: bytes, name: str = "own.csv") -> Rerun:
        """Hand a file in to the page's first place for one."""
        (element,) = (form.file_uploader for key, form in self.forms.items() if key[0] == "file_uploader")
        number = str(uuid.uuid4())
        address = f"/_stcore/upload_file/{self.session}/{number}"
        await asyncio.to_thread(self.put_file, address, content, name)
        state = WidgetState(id=element.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), number
        info.file_urls.file_id = number
        info.file_urls.upload_url = info.file_urls.delete_url = address
        self._widgets[element.id] = state
        return await self._run()

    def put_file(self, address: str, content: bytes, name: str = "own.csv") -> int:
        """Send a file as the browser does; the status of the answer."""
        if not self._cookie:
            with urllib.request.urlopen(f"{self._url}/_stcore/health", timeout=20) as response:
                jar = SimpleCookie(response.headers.get("set-cookie", ""))
                self._cookie = jar["_streamlit_xsrf"].value if "_streamlit_xsrf" in jar else "none"
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "content-type": f"multipart/form-data; boundary={edge}",
            "cookie": f"_streamlit_xsrf={self._cookie}",
            "x-xsrftoken": self._cookie,
        }
        request = urllib.request.Request(self._url + address, body, headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    async def reconnect(self) -> None:
        """A new session on the same page, after the server has ended the connection."""
        self._widgets, self._cached = {}, {}
        await self._socket.close()
        await self.__aenter__()

    async def until_said(self, words: str, seconds: float, pause: float = 0.5) -> bool:
        """Look at the page again and again until it says ``words``; whether it did."""
        try:
            async with asyncio.timeout(seconds):
                while not self.says(words):
                    await asyncio.sleep(pause)
                    await self._run()
        except TimeoutError:
            return False
        return True

    def says(self, words: str) -> bool:
        """Whether the last run showed these words."""
        return any(words in text for text in self.said)

    async def _run(self) -> Rerun:
        self.said, self.forms = [], {}
        return await super()._run()

    def _serialized(self) -> bytes:
        return super()._serialized() + self.forged  # protocol buffers in a row are one, merged

    def _form(self, kinds: tuple[str, ...], label: str) -> Message:
        for kind in kinds:
            if (kind, label) in self.forms:
                return getattr(self.forms[kind, label], kind)
        raise RuntimeError(f"The page shows no {' or '.join(kinds)} called {label}.")

    def _set(self, widget: str, field: str, value: object) -> None:
        self._widgets[widget] = WidgetState(id=widget, **{field: value})

    def _take(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
        super()._take(message)

    def _take_element(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if kind in FORMS:
            self.forms[kind, shown.label] = element
            self.said.append(shown.label)
        elif kind in ("alert", "markdown", "progress", "text"):
            self.said.append(shown.text if kind == "progress" else shown.body)
        super()._take_element(element)


async def feel(guest: Guest, felt: list[float], pause: float = 0.25) -> None:
    """Add the milliseconds of one rerun of the threshold page after the other, until this is cancelled."""
    while True:
        await asyncio.sleep(pause)
        felt.append(1000 * (await guest.commit("tau", 10 + 0.01 * len(felt))).seconds)
