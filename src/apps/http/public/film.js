/* The page of a film follows its job, and keeps open what a person opened. */
(() => {
  // The figures of the job that runs, put in place one by one: a graph goes on, a log keeps its place.
  const FOLLOW = {
    pace: (old, fresh) => {
      old.dataset.pace = fresh.dataset.pace;
      for (const figure of old.querySelectorAll("figure")) {
        const now = fresh.querySelector(`[data-series="${figure.dataset.series}"]`);
        figure.hidden = now.hidden;
        figure.querySelector("strong").textContent = now.querySelector("strong").textContent;
      }
      document.dispatchEvent(new Event("pace"));
    },
    log: (old, fresh) => {
      const isSelected = !getSelection().isCollapsed && old.contains(getSelection().anchorNode);
      if (isSelected || old.textContent === fresh.textContent) return;
      const isAtEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 24;
      old.textContent = fresh.textContent;
      if (isAtEnd) old.scrollTop = old.scrollHeight;
    },
  };
  const rest = (old, fresh) => old.replaceChildren(...fresh.childNodes);
  let isAsking = false;
  const follow = async () => {
    const part = document.getElementById("film-job");
    if (isAsking || !part?.firstElementChild) return;
    isAsking = true;
    try {
      const { id } = document.getElementById("film").dataset;
      const answer = await fetch(`/library/${id}/parts/job`);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const fresh of page.querySelectorAll("[data-follow]")) {
        const old = document.getElementById(fresh.id);
        if (old) (FOLLOW[fresh.dataset.follow] ?? rest)(old, fresh);
      }
    } catch {
      // The server is away; the stream says when it is back.
    } finally {
      isAsking = false;
    }
  };
  document.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type?.startsWith("progress-")) void follow();
  });

  // What a person opened stays open when its part is replaced.
  let opened = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    opened = [...event.target.querySelectorAll("details[open][id]")].map((each) => each.id);
  });
  const reopen = () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    opened = [];
  };
  document.addEventListener("htmx:afterSettle", reopen);
})();
