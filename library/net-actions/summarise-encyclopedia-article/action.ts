type Input = { title: string };
type Output = { title: string; summary: string; address: string; ambiguous: boolean };
type Answer = {
  title: string;
  extract: string;
  type: string;
  content_urls: { desktop: { page: string } };
};

/** The opening of an article of the English Wikipedia, as plain text. */
export default async function summariseEncyclopediaArticle({ title }: Input): Promise<Output> {
  const page = encodeURIComponent(title.trim().replace(/ +/g, "_"));
  const response = await fetch(`https://en.wikipedia.org/api/rest_v1/page/summary/${page}`);
  if (response.status === 404) throw new Error(`There is no article called ${title}; try another spelling`);
  if (!response.ok) throw new Error(`There is no summary: the server answered ${response.status}`);
  const answer = (await response.json()) as Answer;
  return {
    title: answer.title,
    summary: answer.extract,
    address: answer.content_urls.desktop.page,
    ambiguous: answer.type === "disambiguation",
  };
}
