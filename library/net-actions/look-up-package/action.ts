type Input = { registry: "npm" | "pypi"; name: string };
type Output = { name: string; latest: string; summary: string; licence: string };
type Npm = { name: string; version: string; description?: string; license?: string | { type?: string } };
/** Newer packages name their licence in license_expression only. */
type PyPi = {
  info: {
    name: string;
    version: string;
    summary: string | null;
    license?: string | null;
    license_expression?: string | null;
  };
};

/** What a registry says of a package's newest version. */
export default async function lookUpPackage({ registry, name }: Input): Promise<Output> {
  const address =
    registry === "npm"
      ? `https://registry.npmjs.org/${name.replace("/", "%2F")}/latest`
      : `https://pypi.org/pypi/${name}/json`;
  const response = await fetch(address);
  if (response.status === 404) throw new Error(`${registry} has no package called ${name}`);
  if (!response.ok) throw new Error(`${registry} gave no answer: its server said ${response.status}`);
  if (registry === "npm") {
    const { version, description = "", license = "", ...found } = (await response.json()) as Npm;
    // Some old packages give an object.
    const licence = typeof license === "string" ? license : (license.type ?? "");
    return { name: found.name, latest: version, summary: description, licence };
  }
  const { info } = (await response.json()) as PyPi;
  const licence = info.license_expression || info.license || "";
  return { name: info.name, latest: info.version, summary: info.summary ?? "", licence };
}
