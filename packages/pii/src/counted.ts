const unit =
  /^ ?(?:%|°|(?:mg|mcg|µg|g|kg|lbs?|oz|ml|dl|l|cm|mm|km|m|miles?|feet|ft|euros?|eur|dollars?|usd|pounds?|gbp|bucks?|cents?|pesos?|people|patients?|cases?|users?|units?|steps|calories|kcal|points?|hours?|minutes?|mins?|hrs?|days?|weeks?|months?|years|times|cells|copies|iu|meq|words|items|rupees|yen|watts?|hz|mhz|pixels|px|followers|pacientes|personas|veces|metros|horas|minutos|libras|dolares|días|semanas|meses|años)(?![\p{L}\d]))/iu

/** Whether a number that ends here counts or measures something: `2000 mg`, `1950 euros`. */
export const isCounted = (text: string, end: number): boolean => unit.test(text.slice(end, end + 12))
