// Films play while they are on the screen, unless the reader asked for less motion or
// paused one. Without this script they show their poster and start by their own button.
(() => {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const films = document.querySelectorAll("video[data-film]");
  if (!("IntersectionObserver" in window)) return;

  const watcher = new IntersectionObserver((entries) => {
    for (const { target: film, isIntersecting } of entries) {
      if (isIntersecting && !still.matches && !film.dataset.paused) {
        film.play().catch(() => {});
      } else if (!isIntersecting && !film.paused) {
        film.dataset.left = "yes"; // our pause, not the reader's
        film.pause();
      }
    }
  }, { threshold: 0.4 });

  for (const film of films) {
    film.addEventListener("pause", () => {
      if (film.dataset.left) delete film.dataset.left;
      else if (!film.ended) film.dataset.paused = "yes";
    });
    film.addEventListener("play", () => delete film.dataset.paused);
    watcher.observe(film);
  }
})();
