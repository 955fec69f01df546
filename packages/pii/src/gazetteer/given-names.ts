/**
 * Common given names of many countries, in lower case without diacritics. Written for this package from general
 * knowledge, region by region; not taken from any list, so it carries no licence and no frequencies.
 */
const english =
  'aaron abigail adam adrian agnes aidan aileen alan alana albert alec alex alexander alexandra alexis alfred alice alicia ' +
  'alison allan allen allison alvin alyssa amanda amelia amy andre andrea andrew andy angela anita ann anna anne annette ' +
  'annie anthony antonia archie arlene arnold arthur ashley audrey ava barbara barry beatrice becky belinda ben benjamin ' +
  'bernard bernice beth bethany betty beverly billy bobby bonnie bradley brandon brenda brendan brent brett brian bridget ' +
  'bruce bryan caitlin callum calvin cameron candice carl carla carlton caroline carolyn carrie cassandra catherine cathy ' +
  'cecil cecilia cedric celia charlene charles charlie cheryl chloe chris christina christine christopher cindy claire ' +
  'clara clarence claudia clifford clinton clive colin colleen connie connor conor constance corey courtney craig curtis ' +
  'cynthia daniel danielle danny daphne darlene darrell darren daryl dave david dawson deanna deborah debra declan denise ' +
  'dennis derek desmond diana diane dianne dominic donald donna doreen doris dorothy doug douglas duncan dwayne dylan ' +
  'eamon earl ed eddie edgar edith edmund edna edward edwin eileen elaine eleanor elena eliza elizabeth ella ellen ellie ' +
  'elliot elliott elsie emily emma eric erica erik erin ernest esther ethan ethel eugene eunice eva evan evelyn fiona ' +
  'floyd frances francine francis frankie franklin fred freddie frederick gabriel gail gareth garrett gary gavin gemma ' +
  'geoffrey george gerald geraldine gilbert gillian gina gladys glenda glenn gloria gordon graham greg gregory gretchen ' +
  'gwen gwendolyn hannah harold harriet harry harvey hayley hazel heather heidi helen henry herbert hilary howard hugh ' +
  'hugo ian imogen ingrid irene iris isaac isabel isabella isla ivan jackie jacob jacqueline jake james jamie jane janet ' +
  'janice jared jason jeanette jeff jeffrey jenna jennifer jenny jeremy jerome jerry jesse jessica jill jillian jim jimmy ' +
  'joan joann joanna joanne jodie joe joel joey john johnny jon jonathan jordanna joseph josephine josh joshua joyce juan ' +
  'judith judy julia julian julie june justin kaitlyn karen karl kate katherine kathleen kathryn kathy katie kay kayla ' +
  'keith kelly kelsey ken kenneth kenny kerry kevin kieran kim kimberly kirsten kirsty kristen kristin kristina kurt kyle ' +
  'larry laura lauren laurence laurie lawrence leah leanne lee leigh lena leo leon leonard leroy leslie lewis liam lillian ' +
  'linda lindsay lindsey lisa liz logan lois lola lorna lorraine louis louisa louise lucas lucia lucille lucinda lucy luke ' +
  'lydia lyle lynn lynne mabel madeleine maggie malcolm mandy marcia marcus margaret margery maria marian marie marilyn ' +
  'marion marjorie marlene marlon marsha martha martin marvin mary mathew matilda matt matthew maureen maurice maxine ' +
  'megan meghan melanie melinda melissa meredith mervyn mia michael michele michelle mick mike mildred millie milton ' +
  'miranda miriam mitchell moira molly monica morgan muriel myra myrtle nadine nancy naomi natalie natasha nathan nathaniel ' +
  'neil nicholas nicola nicole nigel nina noah noel nora norma norman oliver olivia oscar owen pamela patricia patrick paul ' +
  'paula pauline peggy percy peter philip phillip phillipa phoebe phyllis polly priscilla rachael rachel ralph ramona randy ' +
  'raymond rebecca reginald renee rhonda rhys richard rick ricky rita robbie robert roberta robin robyn rochelle rodney ' +
  'roger roland ron ronald ronnie rory rosalind rosanna rosie ross roxanne roy rupert russell ruth ryan sabrina sally sam ' +
  'samantha samuel sandra sara sarah saul scott sean selina serena shane shannon sharon shaun shawn sheila shelley sherry ' +
  'shirley sian sidney silvia simon sonia sophia sophie stacey stacy stanley stella stephanie stephen steve steven stewart ' +
  'stuart susan susanna suzanne sybil sylvia tamara tammy tanya tara ted teresa terence terri terrance terry thelma theodore ' +
  'theresa thomas tiffany tim timothy tina toby todd tom tommy toni tony tracey tracy travis trevor tricia troy tyler tyrone ' +
  'una ursula valerie vanessa vera verity vernon veronica vicki vicky vincent viola virgil vivian vivienne wallace walter ' +
  'wanda warren wayne wendy wesley wilfred william willie wilma winifred winston yolanda yvette yvonne zachary zara zoe'

const romance =
  'adela adelina agustin aitor alba alberto alejandra alejandro alessandra alessandro alessia alfonso alfredo alonso alvaro ' +
  'amalia amparo ana anais andreia andres angeles angelica angelo antoine antonella antonio araceli armando arnaud arturo ' +
  'asuncion augusto aurelie aurelien aurora baptiste bartolome beatriz benedicte benedetta benito benoit bernardo blanca ' +
  'bruno camila camille candela carlos carlota carmela carmen catalina catarina celine cesar chiara christelle christophe ' +
  'clara claude claudio clement clementine concepcion consuelo cristian cristiana cristiano cristina cristobal cyril daniela ' +
  'daniele dario davide delphine diogo dolores domenico domingo duarte edoardo eduardo elisa elisabetta elodie eloise emanuele ' +
  'emilia emiliano emilie emilio enrico enrique ernesto esteban estefania esteban etienne eugenia eugenio eusebio fabian ' +
  'fabiana fabien fabio fabrice fabrizio federica federico felipe felix fernanda fernando filipa filipe filippo flavia flavio ' +
  'florian francesca francesco francois francoise frederic gabriela gabriele gabriella gael gaetan gaspard genevieve georges ' +
  'gerard german giacomo gianluca gianni gilles giorgia giorgio giovanna giovanni giulia giulio giuseppe gonzalo graca ' +
  'graciela gregorio guadalupe guido guilherme guillaume guillermo gustavo hector henri henrique heloisa hernan herve hugo ' +
  'ignacio ilaria ines inmaculada irina isabelle ismael jacinto jacopo jacques jaime javier jeanne jeronimo jerome joana joao ' +
  'joaquin joaquim jorge jose josefa josefina josep joana juana juanita julien julieta julio laetitia laura laurent leandro ' +
  'leonardo leonor leticia lionel lorena lorenzo luca luciana luciano ludovic luigi luis luisa luiz manon manuel manuela marc ' +
  'marcela marcelo marco marcos margarita mariana marianne mariano maribel marina mario marisol marta mateo mathieu mathilde ' +
  'matteo mattia mauricio maurizio maxime mercedes michel michela michele miguel milagros mireille monique montserrat nathalie ' +
  'natalia nicolas nicolo noelia nuno octavio odile olivier pablo paola paolo pascal pascale paulo pedro philippe pierre pietro ' +
  'pilar quentin rafael rafaela ramiro ramon raphael raquel raul regis remedios remi renata renato rene ricardo riccardo ' +
  'roberto rocio rodolfo rodrigo rogerio romain rosalia rosario ruben salvador salvatore sandrine santiago sebastian sebastien ' +
  'serge sergio severine silvana simona simone sofia solange soledad stefania stefano stephane susana tatiana teodoro thiago ' +
  'thibault thierry tiago tomas tommaso umberto valentina valeria vasco veronique vicente vincenzo vittoria vittorio virginie ' +
  'xavier ximena yann yannick yves zacarias'

const germanic =
  'achim agneta aksel alf anders andreas anja anke anneliese annika antje arend arne arvid astrid axel bart bas bengt bernd ' +
  'bernhard bert birgit birgitta bjorn bram brigitte britta burkhard carsten christa christoph claus cornelia dagmar daan detlef ' +
  'dieter dietmar dirk doortje eberhard eckhard egon einar elke elsa erika ernst ewa femke ferdinand floor franz franziska ' +
  'freya friedrich fritz gabi georg gerda gerhard gerrit gertrud gisela greta gudrun gunnar gunter gunther gustav hakan halvard ' +
  'hanna hannelore hanne hannes hans harald hartmut hedwig heike heiko heiner heinrich heinz helga helge helmut henk henrik ' +
  'herman hermann hilde hildegard holger horst ilse inge ingeborg ingmar ingo ingvar inka isabell jaap jan janne jens jeroen ' +
  'jesper joachim jochen johan johann johanna johannes jonas joost jorg joris jurgen jutta kai karin karsten kasper katarina ' +
  'katharina katja katrin kees kerstin kjell klaas klaus konrad lars lasse leif lennart lieselotte lina linnea lotte ludwig ' +
  'lutz maarten maike maja malin manfred maren margarethe margit margot margrit marijke marit markus marlies marta martijn ' +
  'mathias matthias merle mette michiel mikael monika niels nils odd olaf olav ole olof otto pernille pieter rainer ralf ' +
  'reinhard reinhold renate rikke roel roland rolf rosemarie rudiger rudolf ruud sabine sander sanne saskia sebastian sieglinde ' +
  'siegfried sigrid sigurd silke sjoerd solveig sonja soren stefan stefanie stig sven svenja svetlana thijs thomas thorsten ' +
  'tilman tobias tore torsten trude ulf ulla ulrich ulrike ute uwe valter vibeke viggo volker waltraud werner wiebke wilhelm ' +
  'willem wim wolfgang wouter yvette'

const slavicAndEasternEuropean =
  'agata agnieszka aleksander aleksandar aleksandr aleksandra aleksei aleksey alena alexei alina anastasia anatoly andrei ' +
  'andrej andrey andrzej anton arkadiusz artem bartosz beata bogdan bogdana bohdan boris borys bozena branislav branko cezary ' +
  'czeslaw damir danuta darius dariusz darko denis dimitar dimitri dimitris dmitri dmitry dorota dragan dusan edyta ekaterina ' +
  'eleni elzbieta eszter evgeny ewa ferenc filip galina gennady georgi georgios gheorghe goran gordana grazyna grigory grzegorz ' +
  'gyorgy halina hristo igor ilona ilya imre ioana ioannis ion ionut irina iryna istvan ivana ivanka iveta iwona jacek jadwiga ' +
  'jakub jana janos janusz jaroslav jaroslaw jelena jerzy jiri joanna jolanta jovan jozef jozsef justyna kamil karel karol ' +
  'katarzyna kateryna katerina kazimierz kinga konstantin konstantinos krystyna krzysztof ksenia lajos laszlo lech leszek lev ' +
  'liliana ljubica lubomir ludmila lyudmila lukasz maciej magda magdalena malgorzata marcin marek mariusz marko marija martyna ' +
  'mateusz maksim maxim michal mihai mihail mikhail mikolaj milan milena milica milos miroslav miroslaw miklos nadia nadezhda ' +
  'natalya nemanja nenad nikola nikolai nikolaos nikolay nikos oksana oleg oleksandr olena olga ondrej pavel pawel pawla petar ' +
  'petr petra piotr radek radoslaw radu renata robert roksana roman ruslan ryszard sandor sanja sergei sergey sergiy slawomir ' +
  'slobodan snezana spyros stanislav stanislaw stefan svetlana szymon tadeusz taras tatyana teodora tibor timur tomasz tomislav ' +
  'urszula vaclav vadim valentin valery vasile vasil vasily vasyl vera vesna viktor viktoria viktoriya vitaly vlad vladimir ' +
  'vladislav vojtech volodymyr waclaw wiktor witold wladyslaw wojciech xenia yana yaroslav yelena yevgeny yulia yuliya yuri ' +
  'yuriy zbigniew zdenek zdzislaw zeljko zofia zoltan zoran zsofia zuzana zygmunt'

const africanAndMiddleEastern =
  'abdallah abdel abdi abdul abdullah abdulrahman abebe abeni abimbola adaeze adebayo adel ahmad ahmed ahmet aicha aisha akua ' +
  'ali aliyu amina amir amira amit anan asma aya ayaan ayesha aylin ayodele ayse aziz babatunde bilal burak cemal chidi chidinma ' +
  'chiamaka chinedu chioma chukwuma dalia darya deniz ebru efua ehud ekene elif emeka emin emre esra eyal fadi fahad faisal ' +
  'farah farhad farid fatema fatima fatma fatou femi folake funmilayo gamal ghassan gilad habiba hadiya hakan hamid hamza hana ' +
  'hanan hani hasan hassan hatice huda hussein hussain ibrahim idris ifeoma ikechukwu imad imani imran ismail itai jamal jamila ' +
  'kareem karim kemal kerem khadija khaled khalid kofi kwabena kwame kwesi laila latifa layla leila lerato leyla lwazi mahmoud ' +
  'mahmut malik mamadou mariam maryam mehdi mehmet merve moussa mohamed mohammad mohammed mosheh moshe muhammad murat musa ' +
  'mustafa nabil nadia nadira naima nasser nasrin ngozi nkechi noor noura obinna olamide olufemi oluwaseun omar omer osman ousmane ' +
  'oumar ozge parisa rabia rania rashid reem reza rivka ronit roya sadia saeed safiya said salah saleh salim salma samir samira ' +
  'sami sana selim serkan shabnam shira shirin sibusiso sipho siham soraya soumaya sunita tamar tariq tendai thabo thandi thandiwe ' +
  'themba tunde uchenna uzma wafa wale walid wanjiru xolani yael yaser yasin yasmin yasmine yewande yosef youssef yousef yusuf ' +
  'zahra zainab zanele zaynab zeynep ziad zodwa'

const asianAndPacific =
  'aarav abhishek aditi aditya ajay akash akiko akira alisha amitabh amrita anand ananya anil anita anjali ankit ankita ankur ' +
  'anupam anuradha aoi aparna aravind arjun arun aruna arvind ashok asif atsushi avinash bharat bhavna budi chandra chang chao ' +
  'chen cheng chitra daichi daisuke danh deepa deepak deepika devi dewi dilip dinesh divya duc fang feng ganesh gaurav gauri ' +
  'geeta girish gopal govind gurpreet haruka haruki haruto harpreet harsh hemant hideo hiroki hiroshi hiroto hoang huang hye hyun ' +
  'indira ishaan jagdish jaspreet jayanta jaya jianhua jiaying jihoon jing jisoo jiwoo junichi kamal kanako kaori kavita kavya ' +
  'kazuki kazuo keiko kenji kenta khanh kiran kiyoshi kriti krishna kumar kumiko kunal lakshmi lalita lan li lihua ling linh ' +
  'madhav madhu mahesh mai makoto manish manoj mariko masako masaru masato mayumi meera meena mei meilin michiko midori mihir ' +
  'minh minho minjun miyuki mohan mohit mukesh nandini naoko naoki narendra natsuki naveen neeraj neha ngoc nguyet nikhil nirmala ' +
  'nisha nitin padma parvati phuong pooja prabhakar pradeep prakash pramod pranav prasad prashant pratik praveen preeti priya ' +
  'priyanka putri quoc radha rahul raj raja rajan rajeev rajendra rajesh rajiv rakesh ramesh rani ranjit rashmi ravi rekha ren ' +
  'ritu rohan rohit ryota sachin sachiko sakura samir sandeep sangeeta sanjay sanjeev santosh sarita satoshi satish seema seojun ' +
  'seung shalini shanti shilpa shinji shiv shivani shreya shruti shweta siddharth siti sneha sohail somchai soojin sudha suman ' +
  'sumit sunil suresh sushma swati tadashi takashi takeshi takumi tanvi taro tetsuya thanh thao thu thuy tomoko trang tuan ' +
  'uma umesh usha vandana varun venkat vijay vikas vikram vinay vinod vishal vivek wati wei xiang xiao xiaoli xiaoming xin xiu ' +
  'yan yang yash yasuko yichen yifan yoko yoshiko yoshio yui yuki yukiko yumi yuna yuting yuto zhen zhi zhiwei'

/**
 * Given names that are also words, months, places or brands: they count only after a title, in a context, or before a
 * family name.
 */
const ambiguous =
  'abby alexa alma amber angel april archer art asia august austin autumn avery bailey basil bay bill blair blake bob ' +
  'brad brook brooke brooklyn buck bud candy carol carter casey cash chad chance charity charlotte chase chelsea china chip ' +
  'christian chuck clay cliff cole colt cooper crystal daisy dakota dale dallas dana dawn dean denver derby destiny dick diego ' +
  'dolly don drew dusty eden elle eve faith faye fern finn flora florence forest forrest frank gene georgia ginger glen ' +
  'grace grant guy hal harmony heath holly hope houston hunter india iris israel ivy jack jackson jade jay jean ' +
  'jersey jesus jewel jet joy jordan june karma kay kelvin kenya kim kit lance lane laurel leo li lily lincoln lotus ' +
  'luna mac madison mai major mark mason max maxwell may mead melody mercedes mercy merit miles mina mini misty myles nan ' +
  'nelly nick norm olive page paige paris parker pat patience patsy pearl penny pepper phil piper poppy preston prince quinn ' +
  'raj randy ray reed reese regina reid ren rex rich river rob robin rocky rod roman rose rosemary ruby rusty sage said sandy ' +
  'santiago savannah scarlett scout sid sienna sierra silver sky skip sol sonny star sterling stone storm sue summer sunny ' +
  'susie sydney tab tad taylor temple terra trinity tucker ty val van vance venus victor victoria violet virginia wade walker ' +
  'ward washington wei wes will willow win winter wren yang zion said ali uma ion lan devi jing thu fang chang odd bas ' +
  'floor merle'

const split = (names: string): string[] => names.split(' ')

export const ambiguousGivenNames: ReadonlySet<string> = new Set(split(ambiguous))

/** Given names, ambiguous ones included. */
export const givenNames: ReadonlySet<string> = new Set([
  ...[english, romance, germanic, slavicAndEasternEuropean, africanAndMiddleEastern, asianAndPacific].flatMap(split),
  ...ambiguousGivenNames,
])
