/** Where the program runs: in which container, under which kernel. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "../core/card-diagnosis.ts";

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** What is known; `root` and `env` are others in tests. Never throws. */
export const readSurroundings = (
  root = "/",
  env: Readonly<Record<string, string | undefined>> = process.env,
): Surroundings => {
  const isThere = (path: string): boolean => existsSync(join(root, path));
  const container = env.KUBERNETES_SERVICE_HOST
    ? "kubernetes"
    : isThere("run/.containerenv")
      ? "podman"
      : isThere(".dockerenv")
        ? "docker"
        : (env.container ?? "") !== "" ||
            /docker|containerd|libpod|lxc/.test(textOf(join(root, "proc/1/cgroup")))
          ? "other"
          : null;
  return {
    container,
    // Docker Desktop's kernel says so too, as its machine is one of WSL.
    isWsl: isThere("dev/dxg") || /microsoft/i.test(textOf(join(root, "proc/sys/kernel/osrelease"))),
    capabilities: env.NVIDIA_DRIVER_CAPABILITIES ?? null,
  };
};
