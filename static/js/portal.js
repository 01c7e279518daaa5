/* Small comforts on top of pages that work without them: printing, copying, a reading clock, no double sending. */
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-print], [data-copy]");
    if (!control) return;
    if (control.hasAttribute("data-print")) window.print();
    else copy(control);
  });

  async function copy(control) {
    await navigator.clipboard.writeText(control.dataset.copy);
    const before = control.textContent;
    control.textContent = control.dataset.copied;
    window.setTimeout(() => { control.textContent = before; }, 2500);
  }

  // A form with data-seconds keeps its button shut until that many seconds have passed; the server measures again.
  function startReadingClock(form) {
    const button = form.querySelector("[type=submit]");
    const clock = form.querySelector("[data-seconds-left]");
    let left = Number(form.dataset.seconds);
    const tick = () => {
      button.disabled = left > 0;
      if (clock) {
        clock.hidden = left <= 0;
        clock.textContent = clock.dataset.secondsLeft.replace("0", String(left));
      }
      if (left > 0) window.setTimeout(tick, 1000);
      left -= 1;
    };
    tick();
  }

  // A second press while the first is on its way sends nothing. The form is free again after a while, or when one comes back to the page.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    window.setTimeout(() => { delete form.dataset.sent; }, 10000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  // Live parts: an answer from another address means that the session is over, so the whole page is asked for again.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const asked = new URL(requestConfig.path, window.location.href).pathname;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
    event.detail.shouldSwap = false;
    window.location.assign(window.location.href);
  });

  // Figures that could not be brought up to date must not look as if they were.
  const stale = (isStale) => { document.querySelectorAll("[data-stale]").forEach((notice) => { notice.hidden = !isStale; }); };
  document.addEventListener("htmx:sendError", () => stale(true));
  document.addEventListener("htmx:responseError", () => stale(true));
  document.addEventListener("htmx:afterSwap", () => stale(false));

  document.querySelectorAll("form[data-seconds]").forEach(startReadingClock);
  document.querySelectorAll("[data-print], [data-copy]").forEach((control) => { control.hidden = false; });
})();
