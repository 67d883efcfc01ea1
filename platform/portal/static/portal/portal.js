/* What pages do by themselves: wait for a shop, ask before danger, send a form once. */
"use strict";

document.querySelectorAll("form[data-confirm]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
});

document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", () => {
    form.querySelectorAll("button[type=submit]").forEach((button) => {
      button.setAttribute("aria-busy", "true");
      setTimeout(() => { button.disabled = true; }, 0);
    });
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
