/** Options that several verbs share. */
import { Option } from "commander";
import { deviceNames, findDevice } from "../../core/device-settings.ts";
import { Problem } from "../../core/problem.ts";
import type { Settings } from "../../core/settings.ts";

export const deviceOption = (): Option =>
  new Option("--device <name>", "a screen the films must play on; may be given several times").argParser(
    (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
  );

export const settingsOption = (): Option =>
  new Option("--settings <file>", "the settings file (default: config/settings.yaml when there is one)");

export const dataOption = (): Option =>
  new Option("--data <folder>", "where the database is kept").env("DATA_DIR");

export const tokenOption = (): Option =>
  new Option("--token <token>", "shows the program who you are (better: AUTH_TOKEN in the environment)");

export const jsonOption = (): Option => new Option("--json", "print one JSON object a line");

/** The settings with the devices asked for on the command line, which may be ones of the settings. Throws Problem usage-invalid. */
export const withDevices = (settings: Settings, devices: readonly string[] | undefined): Settings => {
  for (const name of devices ?? [])
    if (findDevice(name, settings.device_profiles) === null)
      throw new Problem(
        "usage-invalid",
        `There is no device "${name}". Known: ${deviceNames(settings.device_profiles).join(", ")}.`,
      );
  return devices ? { ...settings, devices: [...devices] } : settings;
};
