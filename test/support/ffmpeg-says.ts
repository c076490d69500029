/** What ffmpeg says of a list of arguments, on a machine that may have no card. */

/** Never said of a list that is right. */
export const OUR_FAULT =
  /Unrecogni[sz]ed (?:option|hwaccel)|[Oo]ption '?[\w-]+'? not found|Unable to parse|No such filter|Error setting option|Error applying option|Error initializing filter|Undefined constant|Error parsing (?!global)|Missing argument|Unknown encoder|matches no streams|No option name|Invalid value/;

/** Said where the card or its driver is not there. */
export const NO_CARD =
  /Cannot load lib(?:cuda|nvidia-encode)|No VA display|Error initializing an (?:internal )?MFX session|Device creation failed|No device available|Error creating a (?:QSV|MFX) (?:session|device)|No capable devices found/;

/** Said of a card's filters that were read, every option of them, and get the processor's pictures. */
export const NEEDS_CARD_PICTURES =
  /Impossible to convert between the formats|hardware (?:device|frames) reference|No hw context provided/;
