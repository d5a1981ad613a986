type Input = { latitude: number; longitude: number; days?: number };
type Day = { date: string; least: number; most: number; rain: number };
type Output = { days: Day[] };
type Answer = {
  daily: {
    time: string[];
    temperature_2m_min: (number | null)[];
    temperature_2m_max: (number | null)[];
    precipitation_sum: (number | null)[];
  };
};

const HOST = "https://api.open-meteo.com";
const WANTED = "temperature_2m_min,temperature_2m_max,precipitation_sum";

/** One line a day, each in the place's own time. */
export default async function fetchWeatherForecast({
  latitude,
  longitude,
  days = 3,
}: Input): Promise<Output> {
  const query = `latitude=${latitude}&longitude=${longitude}&daily=${WANTED}&forecast_days=${days}&timezone=auto`;
  const response = await fetch(`${HOST}/v1/forecast?${query}`);
  if (!response.ok) throw new Error(`There is no forecast: the server answered ${response.status}`);
  const { daily } = (await response.json()) as Answer;
  const all = daily.time.map((date, index) => ({
    date,
    least: daily.temperature_2m_min[index] ?? null,
    most: daily.temperature_2m_max[index] ?? null,
    rain: daily.precipitation_sum[index] ?? 0,
  }));
  return { days: all.filter(isKnown) };
}

/** The last days may have no temperatures yet. */
function isKnown(day: { date: string; least: number | null; most: number | null; rain: number }): day is Day {
  return day.least !== null && day.most !== null;
}
