"""The language model's endpoint: what it is sent, what it may answer, and what people are told when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from llm_endpoint import KEY, MODEL, Asked, Endpoint, Reply, always, completion, first, refusal, serving

from pipeline.adapters import llm
from pipeline.config import LlmConfig
from pipeline.errors import StageError

QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say {}."}]
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
GOOD = completion({"n": 1}, prompt_tokens=7, completion_tokens=3)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving() as running:
        running.behave = always(GOOD)
        yield running


def ask(endpoint: Endpoint, **settings: object) -> llm.Answer:
    return llm.Endpoint(LlmConfig.model_validate({**endpoint.settings, **settings})).ask(QUESTION, SCHEMA)


def test_a_question_asks_for_json_of_one_shape_without_chance(endpoint: Endpoint) -> None:
    answer = ask(endpoint)
    assert (json.loads(answer.text), answer.tokens_in, answer.tokens_out, answer.cut) == ({"n": 1}, 7, 3, False)
    sent = endpoint.asked[0].data
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (sent["temperature"], sent["model"], sent["messages"]) == (0, MODEL, QUESTION)
    assert sent["seed"] == endpoint.asked[0].data["seed"]


def test_the_key_comes_from_the_variable_that_the_settings_name(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", " sk-other \n")
    ask(endpoint, api_key_env="MY_KEY")
    ask(endpoint)
    ask(endpoint, api_key_env="NOT_SET")
    sent = [asked.headers["authorization"] for asked in endpoint.asked]
    assert sent == ["Bearer sk-other", f"Bearer {KEY}", "Bearer none"]


def takes(*formats: str | None) -> object:
    """An endpoint that refuses every other way of asking for JSON."""

    def behave(asked: Asked) -> Reply:
        wanted = asked.data.get("response_format", {"type": None})
        has_limits = "minimum" in json.dumps(wanted)
        kind = "limits" if has_limits else wanted["type"]
        return GOOD if kind in formats else refusal(400, f"response_format {kind} is not supported")

    return behave


@pytest.mark.parametrize(
    ("taken", "requests", "told_in_words"),
    [("limits", 1, False), ("json_schema", 2, False), ("json_object", 3, True), (None, 4, True)],
)
def test_an_endpoint_without_schemas_is_asked_in_the_way_that_it_knows(
    endpoint: Endpoint, taken: str | None, requests: int, told_in_words: bool
) -> None:
    endpoint.behave = takes(taken)
    asker = llm.Endpoint(LlmConfig.model_validate(endpoint.settings))
    assert asker.ask(QUESTION, SCHEMA).text == '{"n": 1}'
    assert len(endpoint.asked) == requests
    assert ("must fit this JSON schema" in endpoint.asked[-1].prompt) == told_in_words
    asker.ask(QUESTION, SCHEMA)  # what was refused is not tried again
    assert len(endpoint.asked) == requests + 1


@pytest.mark.parametrize(("output", "kind"), [("json_object", "json_object"), ("text", None), ("auto", "json_schema")])
def test_the_settings_say_how_json_is_asked_for(endpoint: Endpoint, output: str, kind: str | None) -> None:
    ask(endpoint, output=output)
    assert endpoint.asked[0].data.get("response_format", {"type": None})["type"] == kind


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("'temperature' does not support 0 with this model", "temperature"),
        ("unknown field seed", "seed"),
    ],
)
def test_a_parameter_that_the_model_refuses_is_left_out(endpoint: Endpoint, message: str, gone: str) -> None:
    endpoint.behave = first(refusal(400, message), then=always(GOOD))
    ask(endpoint)
    before, after = (asked.data for asked in endpoint.asked)
    assert gone in before
    assert gone not in after
    assert after["response_format"] == before["response_format"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(endpoint: Endpoint, status: int) -> None:
    endpoint.behave = first(refusal(status), then=always(GOOD))
    assert ask(endpoint).text == '{"n": 1}'


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (always(refusal(401, f"Incorrect API key provided: {KEY}")), "refuses the key (401)"),
        (always(refusal(403, KEY)), "refuses the key (403)"),
        (always(refusal(402)), "wants to be paid"),
        (always(refusal(404, "model not found")), f"has no model {MODEL}"),
        (always(refusal(429, "quota")), "asks for a pause, or the account has no credit left"),
        (always(refusal(500, KEY)), "is broken or overloaded (500)"),
        (always(refusal(400, "This model's maximum context length is 100 tokens")), "the prompt is longer than"),
        (always(refusal(400, "request (9 tokens) exceeds", "exceed_context_size_error")), "the prompt is longer than"),
        (always(refusal(413)), "the prompt is longer than"),
        (always(refusal(400, f"nonsense {KEY}")), "refuses the question (400)"),
        (always(refusal(418)), "refuses the question (418)"),
        (always(Reply("<html>Sign in</html>", headers={"Content-Type": "text/html"})), "does not answer as an OpenAI"),
        (always(Reply("<html>Bad gateway</html>", 502, {"retry-after-ms": "1"})), "is broken or overloaded (502)"),
        (always(Reply('{"choices": []}')), "does not answer as an OpenAI"),
        (always(Reply('{"half": ')), "does not answer as an OpenAI"),
        (always(Reply("[]" * (3 << 20))), "answers without end"),
        (always(Reply("{}", headers={"Content-Length": "100"})), "hung up in the middle of an answer"),
        (always(completion(f"The key is {KEY}")), "wrote the key into its answer"),
    ],
)
def test_a_failure_is_told_by_what_it_means_and_never_with_the_key(
    endpoint: Endpoint, behaviour: object, told: str
) -> None:
    endpoint.behave = behaviour
    with pytest.raises(StageError) as caught:
        ask(endpoint, timeout=2)
    assert told in caught.value.what
    shown = f"{caught.value.what} {caught.value.fix} {caught.value.__cause__}"
    assert caught.value.fix
    assert KEY not in shown


def test_an_endpoint_that_does_not_answer_in_time_is_given_up(endpoint: Endpoint) -> None:
    endpoint.behave = always(Reply(hangs=True))
    with pytest.raises(StageError, match=r"test-model at 127.0.0.1:\d+ did not answer within 0.2 seconds"):
        ask(endpoint, timeout=0.2, retries=0)


def test_an_endpoint_that_is_not_there_is_named() -> None:
    with serving() as gone:
        pass
    with pytest.raises(StageError, match=r"127.0.0.1:\d+ cannot be reached"):
        ask(gone, retries=0)


def test_a_key_with_a_line_break_in_it_is_refused_unseen(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret\nsk-second")
    with pytest.raises(StageError) as caught:
        ask(endpoint)
    assert "signs in it that no key has" in caught.value.what
    assert "secret" not in str(caught.value)
    assert not endpoint.asked


def test_an_answer_that_was_cut_says_so(endpoint: Endpoint) -> None:
    endpoint.behave = always(completion('{"n"', finish="length"))
    assert ask(endpoint).cut


def test_check_says_whether_the_model_is_there(endpoint: Endpoint) -> None:
    settings = LlmConfig.model_validate(endpoint.settings)
    assert llm.check(settings) == f"{MODEL} at {settings.host}"
    endpoint.models = ("other", f"{MODEL}:latest")
    assert llm.check(settings) == f"{MODEL} at {settings.host}"
    endpoint.models = ("other",)
    with pytest.raises(StageError, match="has no model test-model"):
        llm.check(settings)
