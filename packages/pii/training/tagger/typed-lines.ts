import type { Templates } from './templates.js'

/**
 * English lines as they are typed in a hurry, dictated or put into forms, written for this package; slots as in `templates`. Most
 * of what tells a name without its capital are the words around it, so there are many.
 */
const lines = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map(line => line.trim().replaceAll('|', '\n'))

export const typedLines: Templates = {
  trained: lines(`
    hi {G}, can you ring {P} back before lunch
    hey it's {G}, are you still coming over tonight
    {G} here, just checking if the order has shipped
    did {G} tell you that {G} is moving to {L}
    tell {P} that the meeting is at #
    ask {G} {F} to sign the form and send it to {O}
    please forward this to {P} and {P}
    i spoke to {P} from {O} this morning
    my daughter {G} was born in {L} in #
    my husband {P} lost his card while we were in {L}
    this is {P}, i am calling about my bill
    this is {P} speaking
    i am {P} and i would like to open an account
    i'm {P}, a customer since #
    my name is {P} and my order number is #
    my name's {G}
    the name on the card is {P}
    the account holder is {P}, born in {L}
    name {P}|phone #|city {L}
    full name: {P}|street: {S}|town: {L}|country: {C}
    first name: {G}|last name: {F}
    patient {P}, age #, seen for a cough
    patient name: {P}|ward: {N}|consultant: dr {F}
    dr {F} will see you now
    dr. {P} prescribed {N} for my knee
    mrs {F} asked for a refund
    mr {P} has not paid since {D}
    nurse {G} called on behalf of {P}
    {P} was admitted on {D} with chest pain
    {P} denies smoking and lives with her son {G}
    her mother {P} has diabetes, her father {P} does not
    referred by {P} to {O} in {L}
    from {P} to {P} re the contract
    thanks, {P}
    thanks {G}, that worked
    best, {G}
    kind regards {P}|{O}
    cheers|{G}
    yours sincerely|{P}
    love, {G} and {G}
    dear {P}, your parcel is on its way
    dear mr {F}, we regret to tell you that your claim was refused
    hello {G}, how are you
    good morning {P}, here is your invoice
    sent by {P} on {D}
    signed: {P}
    written by {P}, edited by {P}
    photo by {P}
    with {P} at {O}
    i live in {L}
    i live in {L}, {C} and work for {O}
    we moved from {L} to {L} two years ago
    i was born in {L} but grew up in {C}
    she flew to {L} on {D} and came back via {L}
    the shop in {L} is closed
    is there a branch near {L}
    the weather in {L} was awful
    send it to {S}, {L}, {C}
    please deliver to {P}, {S}, {L}
    ship to: {P}, {S}, {L} #
    my address is {S} {L}
    my new address is {S}, {L}, {C}, please update it
    the company moved to {S} in {L}
    {O} is at {S}, {L}
    i work at {O}
    i used to work for {O} as a driver
    {O} hired {P} as its new manager
    {P} left {O} after # years
    {P}, who runs {O}, said so
    {P} of {O} declined to comment
    {O} in {L} will close on {D}
    police in {L} are looking for {P}, #
    {P}, # , of {S}, {L}, was fined #
    the judge told {F} to come back on {D}
    {F} v {F}
    {F} and {F} were both present
    {F} argues that {F} was wrong
    according to {F} the results are poor
    {P} scored twice for {L}
    {P} beat {P} in the final in {L}
    {P} married {P} in {L} in #
    {P} was born in {L}, {C}
    {P} was a teacher, a writer and a friend of {P}
    the book is by {P} and costs #
    i love the new song by {P}
    happy birthday {G}
    happy birthday to my friend {P}
    get well soon {G}
    rip {P}
    can't believe {P} won
    {G} you are the best
    {G} is so funny lol
    omg {G} just called me
    lol {G} and {G} are at it again
    who is {P}
    is {P} still working there
    does {P} know about it
    where does {P} live
    when is {G} coming home
    how old is {P}
    what did {P} say about {L}
    why did {O} charge me #
    call {G}
    call {P} on #
    text {G} that i am late
    email {P} the slides
    invite {G}, {G} and {G} to the party
    add {P} to my contacts
    remind me to phone {G} on {D}
    book a table for {G} on {D}
    transfer # to {P}
    pay {P} # dollars for the rent
    i sent # to {P} by mistake
    {P} sent me money and i can't see it
    the payment was made by {P}, not me
    cancel the booking of {P}
    change the name on the booking from {P} to {P}
    i want to add {P} as a second user
    {P}'s card was stolen in {L}
    {G}'s mother lives in {C}
    {P}'s house is near {L}
    {F}'s lawyer said nothing
    meet {P}, our new head of sales
    interview with {P}, {D}
    attendees: {P}, {P}, {P}
    present: {P} ({O}), {P} ({O})
    cc {P}
    to: {P}|from: {P}|subject: holidays
    on {D} {P} wrote:
    {P} wrote on {D}
    customer {P} said the {N} was broken
    caller is {P}, wants to know about {N}
    spoke with {P} (wife), she agreed
    next of kin: {P}, {S}, {L}
    emergency contact {P} #
    gp: dr {F}, {O}
    employer: {O}|job: {N}
    {P}|{S}|{L}|{C}
    {P}|{N}|{O}
    {P}, {L}
    {P} - {O}
    {P}
    {G}
    {L}, {C}`),
  heldOut: lines(`
    yo {G}, did you pick up the keys
    reminder: {P} owes us # for the trip to {L}
    i met {P} at a conference in {L} last week
    the tenant, {P}, left the flat at {S}, {L} in a mess
    could someone from {O} ring {P} please
    patient {P} came in with her sister {G}, both live in {L}
    please put {P} down as the driver
    {G} got a job at {O}
    name: {P}, town: {L}, firm: {O}
    all the best|{P}
    as {F} told {F}, it was over
    is {G} {F} on holiday in {C}`),
}

/** Lines without any name. */
export const typedPlainLines: readonly string[] = lines(`
  why was my payment declined
  how do i reset my pin
  i lost my card, what should i do
  can i get a refund for the order i placed on {D}
  where is the nearest cash machine
  the app keeps crashing when i open it
  my transfer has not arrived yet and it has been # days
  what is the exchange rate today
  set a timer for # minutes
  play some jazz and turn the lights down
  what is the capital gains tax
  how many calories are in an apple
  tell me a joke
  do i need a visa to go abroad
  what's on my calendar for {D}
  add milk, eggs and bread to my shopping list
  turn off the heating in the kitchen
  is it going to rain tomorrow
  how long should i boil an egg
  translate good morning into {N}
  how do you say thank you in {N}
  what does the word mean
  can you speak more slowly please
  i need to change my tyres and the oil
  when was the last time i went to the dentist
  make a reservation at a restaurant for # people at #
  what is a good recipe for soup
  how much do i owe on my credit card
  my luggage got lost, can you find it
  i would like a cheaper plan for my phone
  patient is a # year old man with fever and cough
  no known drug allergies, never smoked
  blood pressure # over #, pulse regular
  the scan was normal, follow up in # weeks
  start {N} # mg twice a day, stop {N}
  history of {N}, {N} and high blood pressure
  what is the best treatment for {N} in adults with {N}
  is {N} safe together with {N}
  compare {N} and {N} for acute {N}
  the {N} was positive and the {N} negative
  what is the {N} score used for
  does {N} reduce the risk of {N}
  please see the attached file and let me know
  the meeting was moved to {D} at #
  thanks for your help, have a nice day
  i don't think that is a good idea
  lol that was so funny i nearly cried
  so tired today, going to bed early
  can't wait for the weekend
  i hate it when the bus is late
  the new {N} is out now and it looks great
  watching {N} tonight, no spoilers please
  selling a used {N}, good condition, # or best offer
  my {N} broke after # days and nobody answers the phone
  terms apply, see the website for details
  the defendant shall pay the costs within # days
  the court dismissed the appeal
  section # of the act does not apply here
  the total is #, including tax and postage
  free delivery on all orders over #
  the team lost again, what a surprise
  the government will raise taxes next year
  the school is closed until further notice
  there was an accident on the road near the bridge
  this product may contain nuts
  the results were not significant
  we observed a strong effect in the second group
  click the link below to confirm your address
  your password will expire in # days
  out of office until {D}
  how are you today
  good morning everyone
  what are you doing tonight, want to grab a drink
  is there anything else i can help you with
  the room was clean and the staff were friendly
  the film was boring and far too long
  buy one get one free
  can i pay in instalments
  i was charged twice for the same thing
  do you accept {N}
  top up failed but the money left my account
  which currencies do you support
  why is my balance wrong
  how old do i have to be to open an account
  where can i park my car
  what time does the shop open on {D}
  who won the match last night
  should i bring a jacket
  flip a coin
  what should i cook with rice, beans and pepper
  i am out of coffee
  my knee hurts after running
  the dog ate my homework
  never mind
  yes please
  no thanks
  ok
  what do you mean
  repeat that
  is my flight on time
  how far is the airport from here
  how do i get to the station
  what is the mileage of my car
  schedule an oil change
  when is payday
  how many days off do i have left
  i want to report a fraud
  freeze my account now
  what's the meaning of life
  are you a robot
  change your voice
  what is your name
  who made you
  can you call me something else
  call me later
  tell my boss that i am ill
  text my mom that i am on my way
  send a message to my wife
  ask my brother if he is home
  find my phone
  mute the sound
  go to the next song
  i like this one, play it again
  order more paper towels
  has my parcel left the warehouse`)

/** What is called after people, for the negatives of `typedPlainLines` and others: signs, scores, diseases, devices, laws and units. */
export const eponyms: readonly string[] = (
  'Alzheimer|Parkinson|Crohn|Hodgkin|Down|Turner|Klinefelter|Meniere|Asperger|Dravet|Lennox-Gastaut|Still|Gaucher|Fabry|Pompe|Wilms|' +
  'Burkitt|Waldenstrom|Henoch|Takayasu|Wegener|Goodpasture|Alport|Berger|Conn|Grave|Whipple|Zenker|Hirschsprung|Meckel|Chagas|' +
  "Lou Gehrig's disease|Parkinson's disease|Crohn's disease|Hodgkin's lymphoma|Bell's palsy|Raynaud's phenomenon|Sydenham's chorea|" +
  'Ranson criteria|Duke criteria|Jones criteria|Light criteria|Bishop score|Mallampati|Cormack|Gleason score|Breslow|Clark level|' +
  'Child score|Hunt and Hess|Fisher grade|Killip class|Braden scale|Morse scale|Rankin scale|Beck inventory|Hamilton scale|Zung|' +
  'Allen test|Weber test|Rinne|Schirmer|Lachman|McMurray|Thompson test|Spurling|Hoffmann|Chvostek|Cullen|Grey Turner|Kehr|Rovsing|' +
  'Foley catheter|Swan-Ganz|Hickman line|Kirschner wire|Doppler|Holter|Petri|Bunsen|Erlenmeyer|Geiger|Fahrenheit|Celsius|Kelvin|' +
  'Newton|Pascal|Watt|Ohm|Hertz|Tesla|Diesel|Boyle|Fermat|Gauss|Poisson|Bernoulli|Bayes|Turing test|Moore law|Occam razor|' +
  'Billroth|Whipple procedure|Nissen|Heimlich|Hartmann|Kocher|Bassini|Lichtenstein|Bankart|Latarjet|Fontan|Ross procedure|' +
  'rivaroxaban|empagliflozin|semaglutide|pembrolizumab|nivolumab|rituximab|tocilizumab|imatinib|osimertinib|ibrutinib|metoprolol|' +
  'amlodipine|losartan|furosemide|spironolactone|pantoprazole|ondansetron|lorazepam|quetiapine|escitalopram|methotrexate|tacrolimus|' +
  'ceftriaxone|doxycycline|linezolid|fluconazole|remdesivir|oseltamivir|morphine|fentanyl|naloxone|propofol|ketamine|digoxin|' +
  'pneumonia|sepsis|cirrhosis|hepatitis|pancreatitis|sarcoidosis|lupus|psoriasis|eczema|asthma|anemia|leukemia|melanoma|glioma|' +
  'cholecystitis|diverticulitis|endocarditis|myocarditis|pericarditis|atrial fibrillation|heart failure|stroke|epilepsy|migraine'
).split('|')

/** Firms and services that everybody knows. */
export const firms: readonly string[] = (
  'Apple|Google|Microsoft|Netflix|Spotify|Uber|Ikea|Tesco|Starbucks|Toyota|Samsung|Sony|Nintendo|Disney|Pepsi|Nestle|Unilever|' +
  'Siemens|Bosch|Philips|Nokia|Vodafone|Orange|Barclays|HSBC|Lloyds|Santander|Citibank|Goldman Sachs|JP Morgan|Morgan Stanley|' +
  "Deloitte|Ernst & Young|Johnson & Johnson|Procter & Gamble|Marks & Spencer|Ben & Jerry's|Levi Strauss|Calvin Klein|Ralph Lauren|" +
  "Louis Vuitton|Hugo Boss|Tommy Hilfiger|Estee Lauder|Jack Daniel's|Johnnie Walker|Jim Beam|Dr Pepper|Papa John's|Trader Joe's|" +
  'Home Depot|Best Buy|Whole Foods|Taco Bell|Pizza Hut|Red Lobster|Costa Coffee|Harley-Davidson|Rolls-Royce|Aston Martin|Land Rover|' +
  'Mercedes|Porsche|Volkswagen|Renault|Hyundai|Boeing|Airbus|Lufthansa|Ryanair|American Express|Western Union|Charles Schwab|' +
  "Fisher-Price|Black & Decker|John Deere|Ray-Ban|Dunkin|Kellogg's|Heinz|Hershey|Cadbury|Mattel|Hasbro|Lego"
).split('|')

/** Questions of doctors and clerks about no one in particular, with N as above. */
export const typedQuestions: readonly string[] = lines(`
  what are the side effects of {N}
  what is the first line treatment for {N}?
  how is {N} diagnosed in a child?
  patient with {N} and {N}, which drug should be avoided?
  a # year old woman on {N} has a rash. what is the likely cause?
  summarize the evidence for {N} in {N}.
  when should {N} be stopped before surgery?
  what does a positive {N} mean
  how do you calculate the {N}
  is there a link between {N} and {N}?
  dose of {N} in renal failure, please
  explain {N} in simple words
  differential for fever, weight loss and {N}
  what are the stages of {N}?
  does {N} cross the placenta
  elderly man with {N}: start {N} or wait?
  could this be {N} rather than {N}?
  how often should {N} levels be checked
  interaction between {N}, {N} and grapefruit
  what's new in the {N} guideline since #?
  which score is best, {N} or {N}?
  can {N} cause {N}`)
