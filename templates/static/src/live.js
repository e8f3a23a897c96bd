// A region with data-refresh="seconds" is fetched again with its page, until the new one asks for it no more.
const live = (region) => {
  const seconds = Number(region.dataset.refresh);
  if (!(seconds > 0)) return;
  setTimeout(async () => {
    // Nothing is swapped under a reader's finger.
    if (!document.hidden && !region.contains(document.activeElement)) {
      try {
        const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (reply.ok) {
          const page = new DOMParser().parseFromString(await reply.text(), "text/html");
          const fresh = page.getElementById(region.id);
          if (!fresh) return;
          swap(region, fresh);
        }
      } catch {
        // The line is down; the next turn tries again.
      }
    }
    live(region);
  }, seconds * 1000);
};

const swap = (region, fresh) => {
  const open = [...region.querySelectorAll("details")].map((box) => box.open);
  fresh.querySelectorAll("details").forEach((box, i) => {
    box.open ||= open[i] ?? false;
  });
  region.dataset.refresh = fresh.dataset.refresh ?? "0";
  region.replaceChildren(...fresh.childNodes);
};

document.querySelectorAll("[data-refresh]").forEach(live);
