// Runs in the page: loads a film, plays it, seeks to the middle and near the end, and says what the element says.
async (url) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  const within = (ms, what) =>
    Promise.race([what, new Promise((_, fail) => setTimeout(() => fail(new Error("timed out")), ms))]);
  const once = (name) =>
    new Promise((done, fail) => {
      video.addEventListener(name, done, { once: true });
      video.addEventListener("error", () => fail(new Error(video.error?.message || "media error")), {
        once: true,
      });
    });
  const shown = [];
  let error = null;
  try {
    const loaded = once("canplay");
    video.src = url;
    await within(20_000, loaded);
    await within(10_000, video.play());
    const deadline = performance.now() + 10_000;
    while (video.currentTime < Math.min(0.3, video.duration * 0.6) && performance.now() < deadline)
      await new Promise((done) => setTimeout(done, 20));
    shown.push(video.currentTime);
    video.pause();
    for (const share of [0.5, 0.98]) {
      const seeked = once("seeked");
      video.currentTime = video.duration * share;
      await within(10_000, seeked);
      shown.push(video.currentTime);
    }
    if (video.error) error = video.error.message || `error ${video.error.code}`;
  } catch (thrown) {
    error = thrown.message;
  }
  const result = {
    error,
    width: video.videoWidth,
    height: video.videoHeight,
    seconds: video.duration,
    shown,
    soundBytes: video.webkitAudioDecodedByteCount,
    pictures: video.getVideoPlaybackQuality().totalVideoFrames,
  };
  video.removeAttribute("src");
  video.load();
  video.remove();
  return result;
};
