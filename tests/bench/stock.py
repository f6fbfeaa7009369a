"""The stock contender's process: `Llama` with its MTMDChatHandler, as llama-cpp-python's documentation shows it."""

import sys

from llama_cpp import Llama
from llama_cpp.llama_chat_format import MTMDChatHandler

from desktop_agent.core import wire
from desktop_agent.core.child import inherited_socket
from tests.bench.model_pair import CONTEXT, NEW_TOKENS, THREADS


def serve(model: str, mmproj: str) -> None:
    """Answer conversations until the connection ends."""
    sock = inherited_socket()
    handler = MTMDChatHandler(clip_model_path=mmproj, verbose=False)
    llama = Llama(
        model,
        chat_handler=handler,
        n_ctx=CONTEXT,
        n_batch=512,
        n_threads=THREADS,
        n_threads_batch=THREADS,
        verbose=False,
    )
    handler._init_mtmd_context(llama)  # else the first answer would load the image encoder, and its time count it
    wire.send(sock, {"loaded": True})
    while True:
        try:
            request, _ = wire.receive(sock)
        except wire.ConnectionEnded:
            return
        # The handler would pass `enable_thinking` on to the template, but `create_chat_completion` can't take it.
        answer = llama.create_chat_completion(
            request["messages"], temperature=0.0, repeat_penalty=1.0, max_tokens=NEW_TOKENS
        )
        wire.send(sock, {"text": answer["choices"][0]["message"]["content"]})


if __name__ == "__main__":
    serve(*sys.argv[1:])
