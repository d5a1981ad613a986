/** What stands in programs and requests because of the world, not because of one task. */

const words = (list: string) => new Set(list.split(/\s+/));

export const COMMON_NUMBERS = words(
  `1024 2048 4096 8192 1440 3600 86400 604800 86400000 3600000 65535 65536 32767 32768 2147483647 4294967296 9999
  3.1416 3.14159 3.14159265 2.71828 365.25 365.2425 273.15 459.67 6371 6378 1609.34 1609.344 1.60934 1.609344 0.3048 25.4
  453.592 0.45359237 2.20462 28.3495 3.78541 4.184 9.80665 299792458 1000000007 1013.25`,
);

export const COMMON_DATES = words("1970-01-01 1900-01-01 2000-01-01 9999-12-31");

/** A name of several words that holds one of these is a term: "Easter Sunday", "Body Mass Index". None is a usual family name. */
export const COMMON_WORDS = words(
  `January February March April May June July August September October November December Monday Tuesday Wednesday
  Thursday Friday Saturday Sunday Easter Christmas English German French Spanish Latin Roman Greek Arabic Julian Gregorian
  Please Thanks Question Task Note Example Hello World Celsius Fahrenheit Kelvin Earth Euro Euros Dollar Dollars Unicode
  Markdown Excel Morse Caesar Fibonacci Levenshtein Index Rate Value Number Code Distance Average Mean Median Table Date
  Time Theorem Formula Algorithm Sequence Triangle Ratio Score Test Format Model Standard Calendar Interest Return Unit
  Matrix Function Series Problem Method Curve Cipher Sort Search Tree Distribution Deviation Regression Encoding Length
  United States Kingdom New York Schema Object Notation Data Text String Month Year Week`,
);

/** `ISO 8601`, `HMAC-SHA256`, `base64url`: names, though they are letters and digits. */
export const STANDARD =
  /\b(?:[A-Z]+-)?(?:ISO|RFC|IEEE|IEC|DIN|UTF|SHA|CRC|AES|ANSI|FIPS|EAN|ISBN|UPC|BASE|BCP)[- ]?\d{1,5}[a-z]*(?:-(?:\d{1,3}|[a-z]+))*(?!\w)/gi;
