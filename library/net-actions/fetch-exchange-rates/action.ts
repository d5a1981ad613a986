type Input = { base: string; currencies?: string[]; date?: string };
type Output = { base: string; date: string; rates: Record<string, number> };
type Answer = { base: string; date: string; rates: Record<string, number> };

const HOST = "https://api.frankfurter.dev";

/** Reference rates of the European Central Bank, which fixes them once each working day. */
export default async function fetchExchangeRates({
  base,
  currencies = [],
  date = "latest",
}: Input): Promise<Output> {
  const address = new URL(`${HOST}/v1/${date}`);
  address.searchParams.set("base", base);
  if (currencies.length > 0) address.searchParams.set("symbols", currencies.join(","));
  const response = await fetch(address);
  if (response.status === 404) throw new Error(`There are no rates of ${base} for that day or currency`);
  if (!response.ok) throw new Error(`The rates could not be had: the server answered ${response.status}`);
  const answer = (await response.json()) as Answer;
  return { base: answer.base, date: answer.date, rates: answer.rates };
}
