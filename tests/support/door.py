"""Ask the door around the pages, without a server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
from starlette.responses import PlainTextResponse

from pages._ui.server import Door


async def never(scope, receive, send):
    """Be an app that must not be asked."""
    await PlainTextResponse("the app was asked", 418)(scope, receive, send)


def ask(path, app=never, **headers):
    """Ask as a browser does; return the answer and its body as it was sent."""

    async def one():
        transport = httpx.ASGITransport(app=Door(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            request = client.build_request("GET", path, headers=headers)
            answer = await client.send(request, stream=True)
            raw = b"".join([part async for part in answer.aiter_raw()])
            return answer, raw

    # In a thread of its own: where a browser test ran before in the same process, a loop runs in this one.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(one())).result()
