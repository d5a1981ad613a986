type Input = { registry: "npm" | "pypi"; name: string };
type Output = { name: string; latest: string; summary: string; licence: string };
type Npm = { name: string; version: string; description?: string; license?: string };
type PyPi = { info: { name: string; version: string; summary: string; license: string | null } };

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
    return { name: found.name, latest: version, summary: description, licence: license };
  }
  const { info } = (await response.json()) as PyPi;
  return { name: info.name, latest: info.version, summary: info.summary, licence: info.license ?? "" };
}
