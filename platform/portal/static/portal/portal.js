/* What pages do by themselves: wait for a shop, ask before danger, send a form once. */
"use strict";

/* On the document: parts of a page are exchanged while it waits, and forms come with them. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.once === undefined) return;
  form.querySelectorAll("button[type=submit]").forEach((button) => {
    button.setAttribute("aria-busy", "true");
    setTimeout(() => { button.disabled = true; }, 0);
  });
});

/* A page that comes back from the browser's memory has its buttons again. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[aria-busy]").forEach((button) => {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
});

document.querySelectorAll("[data-poll]").forEach((place) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    try {
      const answer = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).is_ready) {
        window.location.reload();
        return;
      }
    } catch (error) {
      /* The network is away for a moment: ask again below. */
    }
    if (asked > 15) place.querySelector("[data-slow]").hidden = false;
    setTimeout(ask, asked < 10 ? 700 : 3000);
  };
  setTimeout(ask, 700);
});

/* Of tabs that do not fit, the present one is in sight. */
document.querySelectorAll(".tabs-inner").forEach((row) => {
  const here = row.querySelector("[aria-current]");
  if (here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
});

/* A part of the page that follows what happens elsewhere: asked while it waits, then exchanged. */
const watch = (place) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    try {
      const answer = await fetch(place.dataset.watch, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).mark !== place.dataset.mark) {
        const page = await fetch(window.location.href);
        const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
        const fresh = parsed.querySelector("[data-watch]");
        if (page.ok && fresh) {
          document.querySelectorAll("main > .note.success").forEach((note) => note.remove());
          place.replaceWith(fresh);
          dress(fresh);
          watch(fresh);
          return;
        }
      }
    } catch (error) {
      /* The network is away for a moment: ask again below. */
    }
    setTimeout(ask, Math.min(300 * 1.25 ** asked, 6000));
  };
  if (place.dataset.waiting === "yes") setTimeout(ask, 300);
};

/* A slider and the number beside it say the same. */
const slide = (slider) => {
  const number = slider.form.querySelector("[data-number]");
  slider.hidden = false;
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value; });
};

/* A picture that did not come says so. */
const mind = (picture) => {
  const tell = () => {
    const note = picture.parentElement.querySelector("[hidden]");
    if (note) note.hidden = false;
  };
  if (picture.complete && !picture.naturalWidth) tell();
  picture.addEventListener("error", tell);
};

/* A phone with the shop's preview: its link is short-lived, so it gets the next one in time. */
const renew = (phone) => {
  const life = phone.dataset.seconds * 1000;
  let until = Date.now() + life;
  const look = async () => {
    if (document.hidden || until - Date.now() > life / 2) return;
    try {
      const answer = await fetch(phone.dataset.renew, { headers: { Accept: "application/json" } });
      const { address } = await answer.json();
      phone.contentWindow.postMessage({ preview: address }, new URL(address).origin);
      until = Date.now() + life;
    } catch (error) {
      /* Away, or signed out meanwhile: ask again below. */
    }
  };
  setInterval(look, Math.min(life / 10, 20000));
  document.addEventListener("visibilitychange", look);
};

const dress = (place) => {
  place.querySelectorAll("[data-slider]").forEach(slide);
  place.querySelectorAll("img[data-fallback]").forEach(mind);
  place.querySelectorAll("iframe[data-renew]").forEach(renew);
};
dress(document);
document.querySelectorAll("[data-watch]").forEach(watch);

/* The page with WeChat's code: left when the phone has done its part. */
document.querySelectorAll("[data-leave]").forEach((place) => {
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.leave, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).mark !== place.dataset.mark) {
        window.location.assign(place.dataset.to);
        return;
      }
    } catch (error) {
      /* The network is away for a moment: ask again below. */
    }
    setTimeout(ask, 2500);
  };
  setTimeout(ask, 2500);
});
