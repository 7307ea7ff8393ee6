// A picture that is pressed fills the window, on the page's own ground, until it is pressed
// again or Escape is. Without this script its link opens the picture by itself.
(() => {
  if (!("HTMLDialogElement" in window)) return;

  const stage = document.createElement("dialog");
  stage.className = "enlarged";
  stage.setAttribute("aria-label", "Enlarged picture");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  document.body.append(stage);
  stage.addEventListener("click", () => stage.close());

  const enlarge = (link) => {
    const images = [...link.querySelectorAll("img")]; // one for each scheme; the page shows one
    const { width, height } = images.find((image) => image.offsetWidth).getBoundingClientRect();
    const fits = Math.min(innerWidth - 32, ((innerHeight - 96) * width) / height);
    const drawn = Number(images[0].getAttribute("width"));
    const clones = images.map((image) => {
      const clone = image.cloneNode();
      clone.loading = "eager";
      // Never smaller than on the page; what is larger than the window can be scrolled.
      clone.style.width = `${Math.max(width, drawn, fits)}px`;
      return clone;
    });
    stage.replaceChildren(close, ...clones);
    stage.showModal();
    stage.scrollTo(0, 0);
  };

  for (const link of document.querySelectorAll("a.enlarge")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      enlarge(link);
    });
  }
})();
