/** Options that several verbs share. */
import { InvalidArgumentError, Option } from "commander";
import { DEVICE_NAMES, type DeviceName } from "../../core/devices.ts";
import type { Settings } from "../../core/settings.ts";

const toDevice = (text: string, before: readonly DeviceName[] | undefined): readonly DeviceName[] => {
  const found = DEVICE_NAMES.find((name) => name === text);
  if (!found) throw new InvalidArgumentError(`Known devices: ${DEVICE_NAMES.join(", ")}.`);
  return [...(before ?? []), found];
};

export const deviceOption = (): Option =>
  new Option("--device <name>", "a screen the films must play on; may be given several times").argParser(
    toDevice,
  );

export const settingsOption = (): Option =>
  new Option("--settings <file>", "the settings file (default: config/settings.yaml when there is one)");

export const jsonOption = (): Option => new Option("--json", "print one JSON object a line");

/** The settings with the devices asked for on the command line. */
export const withDevices = (settings: Settings, devices: readonly DeviceName[] | undefined): Settings =>
  devices ? { ...settings, devices: [...devices] } : settings;
