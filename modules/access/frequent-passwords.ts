/**
 * Words that common passwords are made of, lower case, without what stands before and after: `Password123!` is `password`.
 * From the list of 20,000 common passwords that Django carries (BSD; compiled by R. Williams from public leaks), the most
 * common first, and words of Japanese town halls.
 */
export const commonPasswordWords: ReadonlySet<string> = new Set(
  `
sakura himawari nihon nippon tokyo osaka kyoto yakuba kuyakusho shiyakusho chosha soumu soumuka juumin jumin
kanri kanrisha bousai saigai hisai hisaisha risai shouhou jichitai yokoso arigatou konnichiwa ohayou
pasuwado anshou bangou hajimemashite openbcl municipality certificate welcome administrator qwerty password
iloveyou qweearst qwertyuiop monkey dragon qazwsx myspace homelesspa qweear target zxcvbnm tinkle gweear
gwerty zagiwsx asdfghjkl princess computer ashley michael football sunshine aaaaaa daniel asdfgh passer
shadow superman jordan jessica qwaszx baseball killer master samsung charlie azerty soccer qiweeratsy
fqrgtcs jesus blink linkedin babygirl thomas qiweer status michelle liverpool nicole asdasd qwert jeifubn
lovely andrew gfhjkm joshua anthony hello justin angel zxcvbn jennifer naruto tigger hunter pokemon robert
parola secret loveme purple mother apple qazwsxedc money trustno matthew buster andrea hannah basketball
freedom iloveu chelsea george friends william samantha amanda golfer summer chocolate number flower maggie
letmein pakistan batman asshole butterfly marina forever qweqwe mustang internet alexander london harley
qazwsxeedc rsavoy rjsilatqe pepper family whatever joseph loveyou jasmine orange cookie junior qweasdzxc
martin qazxsw google ginger patrick arsenal abcdef mylove starwars taylor brandon qiweerat diamond snoopy
vqsablpzla qweasd chris matrix mickey jonathan school melissa eminem lovers cheese richard yellow nikita
oliver bailey cjmasterinf christian sophie yuantuo sojdlgiealjg mercedes victoria peanut walle million
tudelft benjamin diosesfiel pesgzptzmse abcdefg sandra happy elizabeth prince banana angels angela samuel
qqqqqq qwertyu barcelona zaqiwsx hockey monster ghbdtn nathan chicken carlos antonio gabriel silver lucky
bubbles slipknot jackson morgan austin rainbow hottie madison natasha vanessa metallica adidas america
xxxxxx mommy james spiderman alexis lauren ferrari steven tinkerbell nirvana buddy bandit nicholas danielle
asdfasdf scooter destiny juventus rachel aehfid monica stella zzzzzz qwertyui tianya yamaha victor ronaldo
smokey cocacola booboo heather success david november daddy jasper edward tennis valentina friend sweety
exigent music nothing chester casper hellokitty super qweearsty hahaha aibced startfinding noaccess
spongebob alexandra canada olivia december sabrina mynoob dennis dakota patricia playboy barbie johnny
loulou nicolas pretty charles mexico phoenix lover thunder hfjdk rebecca beautiful spider carolina vincent
jeremy yankees dallas sebastian cameron midnight guitar caroline elephant scorpion dolphin tweety lalala
louise lovelove cowboys veronica sparky yagjecc adrian iwiafij newyork september scooby heaven loser tigers
jessie crystal gemini peaches merlin raiders stephanie shannon apples precious lakers sergey poohbear
manchester jackie cristina daniela rocky muffin cooper sammy cherry flowers diablo blessed beauty emmanuel
winston maverick genius toyota tiffany charlotte creative winner onelove badboy tiger softball hotmail
brittany murphy sayang compaq manuel kristina scorpio garfield odiisngxb uiopy stupid aaaaa carmen qazqaz
stalker doudou lastfm brandy abecad steelers claudia kitty rabbit isabella pimpin august october badoo
boomer dexter samson green kimberly crazy angelo popcorn ranger black passion shorty christ snickers tyler
albert soleil krishna alyssa barney andrey icecream karina california vtupjwent melanie bismillah babyboy
eagles iloveme leonardo coffee windows police christine dancer woaini gangsta miguel cowboy swordfish uqaebw
winter maxwell denise bubba fernando horses hardcore kitten sydney francis cassie pumpkin twilight marlboro
rangers martina florida player fylhtq natalie barbara jason szkqcctwy molly pookie hiphop rockstar chivas
fishing vfhbyf greenday maria trinity fatima skater angelina dxywsxj bonnie fluffy courtney turtle father
darkness kissme alejandro corvette marseille roberto sweet friendster lollipop biteme jackass sarah lolita
candy simone brooklyn alicia honey motorola simple slayer portugal shelby chicago snowball justinbieb
awesome vfrcbv natalia golden people dcubaje sweetie boston sharon tucker logitech teresa wilson mnbvcxz
kevin bonjour pamela remember catherine redsox kenneth klaster ssssss ihateyou isabelle cricket seven
bulldog lizottes marcus marley willow perat fender yfnfif aaaaaaaa connor single magic blessing camille
indian never amber nastya superstar loveaever goodluck asdfghjk bella hammer stephen chance marine marvin
changeme santiago strawberry bigdaddy marie satan daisy hotdog cutie mmmmmm arthur iverson iceman tintin
johnson svetlana cookies orlando parker teacher miller freddy porsche bullshit yourmom christopher loverboy
fyfcnfcbz azertyuiop angelica travis spencer sunday please gateway williams babygurl monika ladybug gracie
asdfg nissan asdfjkl sunflower sweetpea sasuke raymond zachary undertaker tamara lollol paradise sweetheart
bianca poopoo shopping lebron emily winnie sophia kawasaki inuyasha doctor fktrcfylh andrei sierra julian
bigboy pantera nascar lorenzo genesis jacob vladimir christina linkinpark facebook nelson polniypizdec
dolphins scarface frankie january maryjane montana giovanni ricardo career australia jerome jeffrey sassy
igaabox realmadrid xavier asdfghj asdasdasd vampire brenda westside minnie falcon brianna southside rosebud
laura getmoney francesco baller zoosk claire bobby sergio sairam savannah timothy disney qiqiq abigail
jaguar katie sterling italia warcraft mariana isabel zaqwsx maksim blabla brooke patches mahalkita musica
rental valentin butter alberto teddybear cjkysirj walter alessandro bestfriend dominic michele champion
helpme nintendo volleyball qwerasdf hollister cancer oscar jasmin danny france element justine hawaii
maximus chouchou passwort united francesca manutd victory darling student rafael animal regina abcdefgh
spirit carter wstxnealfw jamaica mariposa gabriela dreams cheyenne calvin panther sniper kayla england
willie eduardo copper happiness veronika penguin valeria yahoo napoli blahblah georgia eddie millie diesel
engineer camaro hallo bigdog virginia ybccfy mohamed estrella gloria simpsons donald anderson newlife suzuki
leslie oksana princesa grandma skyline audrey bradley warrior godisgood kisses tristan potter adriana
giuseppe wwwwww trouble jimmy cupcake liberty aleksandr smile maddie celtic online miranda hesoyam wizard
pierre debbie legolas speedy allison kingkong vkontakte ruslan knight domino skate taurus rascal silvia
monday monique adgjmptw mercury florence margarita children skittles polina pepsi justice booger nokia
cristian dreamer serenity honda hollywood mamapapa siemens esther qawsed gregory avatar zzzzzzzz comeer
sister panasonic business colorado minecraft camila microsoft amoremio ronald harrypotter natali gangster
asasas jupiter texas stanley madonna rocket serega apollo nzgtsposhw missy serena valerie airforce jenny
kelsey pebbles sample catdog asdzxc system groupd megan donkey vrbgqns danger chichi christmas dbrnjhbz
titanic thebest packers vegeta hitman drowssap gizmo kathleen hamster ireland india lasvegas blondie
qtitzxhiu javier sports smiley babydoll poiuytrewq sultan megaparol nfnmzyf kirill johncena qwqwqw redneck
coucou marshall terminator rammstein basket truelove security jayjay aaron elena skippy madrid ronnie admin
tommy peter qaziqaz jetaime legend katrina shithead harvey scotland tanner pauline aisdef violet fantasy
motdepasse stefan alexandre poiuyt celine friday gandalf aaaaaaa nikki pikachu robbie pizza dddddd zaqixsw
runescape qwertz philips manman francisco chocolat bambam smiles viktor casanova spanky aurora gordon
unicorn carpediem mitchell franklin stonecold alejandra froggy kelly christophe rhbcnbyf jesuschrist douglas
russia handsome muhammad aaaaaaaaaa santos phantom gldifzpy lorena tatiana margaret baxter anastasia viking
little platinum maurice piglet eclipse elijah fatboy pppppp idontknow linked tomtom tinker passport andres
blood dilakiss access garcia katherine charmed wolverine britney diwtgm mahalko mozart jamesbond loving
cutiepie power ballin grace wisdom bunny valentine church michel nicola cambiami abcde corazon hercules
kingdom anhyeuem chloe beatrice everton fashion peace theman comeon gibson lolipop goldfish saibaba toshiba
sandy dylan maradona puppy lawrence kitkat network trevor amsterdam diamonds beatles maganda norman jamie
joanna marcel cthutq damian enigma yoyoyo bulldogs anton bingo felipe dragonball yahoocom mario shalom
kkkkkk promise einstein digital jayden marion sasha reggie brother matteo melody english karate omsairam
germany brian harrison casey elaine bubble simona polska buttercup julien gunner benfica billy nathalie
qawseed infinity wordpass hjvfirf saturn argentina stargate penelope helena loveu spartak pandora hahahaha
scoobydoo redskins captain forest pogiako manager water sweets colombia amelia spring general therock milano
arnold swimming eugene jacket dinosaur nonmember lacrosse zidane eagle travel moomoo ciaociao ilovegod
myname thuglife trfnthbyf asdqwe wesley teddy dianne dragons nadine rusty jesse paintball chopper chacha
zxczxc duncan subaru sureno bbbbbb pickle kittycat bullet russell telechargement sadie cleopatra testing
tequiero flatron alaska charly kristen walker ilovejesus faith mememe boobies cynthia sammie perfect
godzilla mylife hummer pascal justme bowwow butthead dustin bamboo katerina brutus harry ganesh roland
youbye pippo cecilia martinez fabian pineapple panthers peterpan joker birthday alfred houston startrek
hacker federico bernard mybaby holiday fondoom fktrctq catch napoleon mountain ciccio berlin smoke qazxswedc
steve friendship pitbull golfcourse alabama mohammed college lindsay logan drummer linkin michigan wildcats
xaivygasif scotty gggggg galina martha hassan mariah marco spurs catalina myekids solomon philip goober
caramel change looking vfvjxrf peewee spitfire something sunny caitlin pickles storm howard bluebird myself
vampires chanel trixie jjjjjj andreas autumn cheer popeye strength moonlight bananas cdtnkfyf skipper phoebe
badass evelyn miriam firebird ybrbnf runner misty fordf damien maxime alison tnkomkivx bonita rodrigo lonely
giulia africa medicine saints aaliyah archie llllll joanne maddog hixpzduk kermit yugioh drpepper spartan
deejay spike ilovehim caprice linda yfdbufnjh blackberry ironman elvis mypassword guinness sugar panget
darkangel salvador ffffff miracle lilwayne thumper jaimatadi monkeys indonesia lololo familia predator
dearbook hershey gators athena wxcvbn always cassandra rahasia darren chiara lovelife freddie devil hayden
personal israel cuteau skateboard lovebug rfrfirf pencil mikey aquarius sporting smokie nemesis kadjkhjsy
cooldude torres poopy aezakmi sunset theone fernanda aiaia future vikings bearshare marcos newport lindsey
denver ellie franco jeremiah lvbnhbq olivier diana lizzie scott budlight lorraine knopka myesons boogie
brasil potato magnum tarzan davide hector chevy capricorn evony special death cherokee private mexican
blablabla connie holly marissa samurai lincoln kennedy turkey broncos yvonne giants babyblue manuela sheila
goldie qwewe assassin wrestling florian lizard buddha westlife tequila selena buttons skalife hotau formula
shaggy testtest juliana watermelon defender explorer dipset babylove skter marian hailey federica favour
dumbass pioneer penny ducati matilda janice gilbert surfer ibrahim dance warren monalisa bball agent emerald
april deedee norte micheal delete dominique sapphire dfvgbh simon cantik papillon killa antoine vision
hearts arizona wolves tokiohotel puppies hhhhhh kenny larisa spooky kissmyass sebastien freeman shirley
random julia wangyut ekaterina gustavo brownie design picasso telefon snowman theresa morris bethany camilla
julius racing subzero voodoo salvatore alpha roberta american digger julie stefano malibu pinky jayson
benson gundam cjkywt frank sachin hughes shanna kkkkkkkk valera dodgers cuddles shelly bonbon harmony
sputnik karolina poopie liliana forget dragonfly bluefish celeste marines nightmare qazwsxedcrfv hotrod
stinky bollocks dominik thailand deborah daniele mustafa sublime paloma dalejr gerald amore garrett karen
alessia qweqweqwe ficken hotstuff ronaldinho thegame stellina carrie february simpson redwings beckham
pirate justdoit aspirine doggie fireball lilmama mookie raven valentino volcom badger geronimo atlanta
maison ghjcnj rolltide tobias energy jacobs godislove buffalo beaver garden yousuck ytrewq qawsedrf viktoria
oooooo emilie dadada doggy charlene curtis valencia riley skordie popopo josephine suckit ohmnamah singer
country vacation jellybean ladygaga callie cloud aibcedae massimo zombie mariam vanilla mollie pavilion
madmax funny driver german yptftrqj letter harold hihihi cuteako preston bobbob tatyana gregor schalke
tornado stratfor twins electra shakira shamrock prettygirl panda rockon insanity avalon broken yankee stacey
connect scarlett queen samsam eternity tottenham lucas fountain starcraft jazzy melvin frances tomcat
wallace burrito ashton newcastle ragnarok psycho privet hsutskpot simba clowns cedric lollypop rooster
topgun rosemary goodboy vagina kristin marius sasasa qwerqwer goddess redrose illinois gabby marlon gerard
blackie chandler sanane noway magnolia zxasqw shawn paris daniels phillip gabrielle kkkkkkk milena season
usdopaa whitney enterprise akopa andromeda holland paramore flores lionking maxmax bigred cinderella young
dinamo blueeyes istanbul redbull rocker magnet hamilton galaxy canyon laguna dollar bacchus dillon stardust
romeo sanchez batista blacky education alessandra mamama judith fatass patriots mason sunrise tattoo
antonella ocpoook annie delfin lucifer fresh mygirls vivian casablanca bogdan henry rosario sparkle punkrock
isaiah megaman bettyboop rooney cxfcnmt billabong reddog qweieqwe sabina marketing respect samira madeline
blazer yasmin ghbdtnbr famous passat iluvu temppass sidney samara corona manson anything desiree alice
chargers dorothy coconut leonard twinkle nigeria bentley blackjack redhead bluesky hongkong wayne pisces
holden roxanne outlaw gogogo lester dietcoke newton johanna bobmarley oblivion sobaka indiana mamamia
billybob carlitos amores rosie mahal makaveli incubus ricky wonderful acmilan lakshmi marilyn znfpnoix
laptop boubou classic andreea freckles cartman clifford underground fireman bernie shane ninja stratus
daddysgirl blossom nccitoid renata burton cassidy washington markus zvezda trigger frrfqtxl giovanna stormy
annette nikola hendrix starfish cracker bishop kristine ethan asedaf skywalker south chase detroit pepito
hotties griffin dupont ticket yomama poison youngmoney thankyou jester space bluemoon toronto divine widget
alladin skeeter morena justafun tripper blowme beatriz babies fortuna herman mierda telephone chubby alfredo
montreal bscirc sandrine armando almond sigma munchkin savage callum jeter juggalo eeyore arianna amigos
hernandez robinson mobile godbless peugeot gothic marianne chemistry joejoe coupons hayley qweearstytuioop
renee snowflake mandy deftones rebel pegasus callofduty martini redrum heyhey snuggles coming horse
myspaceco mykids rocknroll bubblegum cashmoney steaua kaktus brazil hotboy xfgseiid carson warriors hanuman
sergei kaylee roscoe flipper michaela birdie bruno wicked blueberry unknown sheena artist jrcfyf catfish
icehouse christy mackenzie universal sharp doodle juliette tester michal stefania ilove service lighthouse
kaitlyn sanjay metal lancer longhorns hookem carebear mouse brandi damilola claudio singapore kingston
jeanne blizzard lkjhgfdsa entropy dalton jerry piazza janine rajesh marcelo sommer flamingo soulmate andre
great braves tyson cougar magdalena ironmaiden esperanza rastaman semperfi tootsie enrique timmy iforgot
extreme angelito blackcat scrappy yolanda cheater momdad rjntyjr allah bastard raquel coolio marisa
godfather antonia aragorn paddle qwertyqwerty indigo derrick rrrrrr hilary fatcat alexia nuttertools buffy
revolution mister ramona dkflbvbh raptor testpass office fiesta dingdong playstation rayray skatealife
fisher kolobok geheim priyanka imissyou richie skyhawk radiohead lightning boxcar zxzxzx clover santana
gjkbyf banane mendoza account jakjak maxine mamita elodie milan scruffy smallville evolution pastor powers
felicia biscuit justame jakarta trooper suzanne poppy point tasha fellow motherlode cccccc praise
galatasaray sonic pinkfloyd lavender zeppelin felix warhammer techno johnjohn wedding angie blonde gladiator
nathaniel alexandru snowboard hitler romain labrador quentin animals twister rfnthbyf redred rodney
sweetness azsxdc tttttt chipper justinbieber ibanez moose amour paulina ivanov marijuana research qqqqqqqq
nichole handball westham princesse mauricio virgin lilly rbhbkk hobbit unreal loveless ariana susana
nkseokjs trinidad camero immortal anamaria atlantis sherry myboys papamama katana olamide classof webhompass
moloko alessio gabriella ingrid boricua casino danilo naughty youtube hehehe stewart panzer gunit skiffy
applepie eleven zxcasdqwe dtilwzzjs colleen trisha street raphael counter dusty eastside godisgreat darwin
esmeralda mission insane laurent oceane sherlock surfing believe asddsa cadillac vincenzo kittykat coolman
larissa girls vaffanculo kenshin hornet scarlet allen wonder rodriguez harris frederic larry nevermind
watson cheryl gabriele bowling jumpman aurelie inlove monitor smith verbatim sandman esteban brown sampson
clayton qwertyuio arturo nugget jajaja roman marianna clement granny babycakes kickass frosty cindy randy
wildcat mathew sprite empire gorgeous pancho flying chrissy brendan abhishek pasaway vfhecz graham apache
riccardo alibaba asterix inferno enter coyote maprchem dthjybrf maureen ultimate denis skorpion kaiser
madman voyager wolfgang breanna homer blake southpark cotton halloween tdutybq ernesto babyko abecadse
habibi paige heart kathryn vfrcbvrf chico marlene juliet smudge sooners romance rough erika theking osiris
chevelle fighter collins babyface jersey backspace zaqxsw armani irish disturbed mermaid norton campbell
control deepak aditya jungle polaris kelvin robin ericsson miamor jillian chrisbrown dixie motocross gagged
gonzalez jojojo sandiego devils universe morrison gbpltw ghetto cnjqrf vfksirf rdcepo cactus global bigman
chevrolet bryan anjali starlight retard aleksandra soldier boobs cinnamon hermione abraham romashka
qdujvygssxa kramer francois highheel sarita prayer punkin haley carole keyboard irina nature ghost allstar
lestat diego richmond moreno ehikoh phone patience laurence mastermind aiaaea noodles airborne blaze emilia
desire toulouse iamthebest jesusislord slimshady vladik delpiero coolau university ganteng elvira hunting
kucing schatz farmer sayangku awful deathnote window unique reaper action viper timber meghan lennon xxxxx
jonas games opensesame brittney castle skolko carina uvgxf house renault emanuel jefferson charity
abcdefghij xxxxxxxx raider steph sentnece sucker pkextww eleonora stars whynot vodafone nnnnnn malcolm
bobcat assass tomato aztnm taekwondo rambler nellie pirates sirius sandeep treasure titans sabine mamamama
mushroom messi marathon firefly ktyjxrf aspire aliali emilio peanuts webster pingpong cannabis malina
maestro salman oxford stuart cheche stephane faggot makayla alisha viewsonic amazing faithful president
vietnam catcat pearljam rochelle herbert download philippe dudley jieasu cheval rebelde hudson amelie
lillian kamikaze mississippi history seattle kotenok amorcito deniska onepiece jesucristo spunky chantal
boomboom malika universl backend hellfire helene national sailor landon jocelyn agnieszka lawyer dracula
babylon natalya melinda rockyou andonly forgot noodle guest suckme renegade bonjovi falcons annabelle
soledad pentium qweewq guadalupe calimero yamahar adriano franky gandako wolfpack witsa netlog qqqqq
fenerbahce whiskey castillo babyboo marcela sylvia amadeus killbill corey dating trumpet renato rfhbyf
angeles luckydog passiword sharks redman taytay information international nursing svetik foster bridget
microlab mohammad cosmos hobbes ashleigh littleman freaky werewolf chiquita rachael caesar sally beverly
darkside mudar bronco claude erica beyonce tarheels ilovemymom panama megane devin doraemon palermo route
abdullah wombat romania tyrone billie qweiasd rosita payton deadman kasper bleach horny krystal discovery
loveau teamo darius mittens squirrel manolo vfvekz betty jobsearch shiloh blowjob sparta rjsilaqe jenna
vanille dolores western chipie qweaer interests belinda newpass dzufqdn anita murray guillaume kikeunyw
mirage honeybee elisabeth ilikepie vitalik thanks rommel kittens woody leticia lampard arschloch memory
felicidade goodman digimon shutup science viwbgad inside sherman dirtbike junjun aleksey lacoste gerrard
chandra rhfcjnrf elliott matias memphis porkchop zxcvb strong white morning luciano pompier nancy libertad
kinder terry alenka fallen kakashi louloute azsxdcfv anubis myegirls karachi leanne johndeere trucker witta
audia miami nopassword vladislav lilian ilovemyself freak fernandez mathilde jehovah leelee island etoile
tonton maxima nutella caeqpulsrz eunice sandro hotgirl jacqueline lilman thompson dfkthbz fussball odessa
bigfoot akaxwn lovingyou domenico joyjoy airplane cellphone violeta lovehurts volume kamila goodgirl alfonso
party vfvfgfgf designer dawson peyton hamlet farfalla shooter rjsslaqe nikolas attila maiden misiek milton
flames dancing presario kokoko eileen newjob waheguru again verizon mathieu macmac jonjon skboard behappy
ganda janjan mymother alexandr melina zixcev gotohell tacobell elliot kendall malaysia flamengo badgirl
china poppop marjorie adgjmp hooters attitude newman patata ashlee pothead qarglr cardinal temppassword
syncmaster killme ugdshipj jjcgidjsk amandine nguyen pedro manunited hellohello foxpass salome chosen
socrates wachtwoord salvation layouts priscilla fktrcfylhf figaro inter chronic mnbvcx bklmbk kendra
cristiano ramirez ihateu losangeles drjynfrnt project gladys darkstar central cheetah skyler pacman express
fitness moimoi brucelee poisson kayleigh xiang qwedsa amerika qweearstytu loveya paula oracle beavis iubire
whocares futbol danila converse emerson lourdes tazmania tabitha wanker dwade shotgun pangit qqqqqqq
freestyle excalibur dodger nounours rootbeer hariom professional abracadabra pontiac champ alina doberman
member pasword yasmine tuning trunks library anaconda eeeeee shasta placebo geraldine lexmark heckfy fatty
sailing lobster kristi poland dodge planet castro johannes groovy search whiskers sesame candice xander
laurie nyqgiziz quincy topolino porter megadeth caramelo caleb chicco trombone musicman opeyemi lupita pooiu
ziggy bangladesh nofear racecar marika lionel oklahoma sissy bomber virginie myfamily bintang keith snake
honesty musique milagros voiture vvvvvv rjiufj velvet smooth zxcasd bigboss dante gonzales buckeyes martine
booty delphine mamma futuaa rachelle sailormoon sylvester ganesha maryam benny akatsuki dragonballz gianni
safety smackdown smileame wrangler dream roadrunner aussie playa suresh moocow alfaromeo walmart openup
laetitia kcizcdp summertime bigtits komputer manish katelyn frogger coupon carolyn vfczyz nounou freebird
juanita okokok boots marta carrot armagedon cartoon lovealife messenger bright prodigy abcabc hellboy
morgane debora cintaku jundianoiixr leopard wanted satellite sundance nokian kirsten firefox tammy register
donna carol shaman senha anakin atcskdw ashish neptune weezer solnce fredfred evangelion eleanor snakes
mersedes dangerous electric jeanette familyguy maroon monamour rctybz gunners carla radio marcin ballet
ilovemom wendy monaco goblue glitter briana supernova jazmin stoner marino aieasa demon viphvsj conner
squirt joseluis kisskiss whatthezor marisol ismail webhost imagine iwiafijxl mystery jennie nickjonas
daredevil heslo pupsik msooejxj margot rambo carmela brigitte sofia stevie ramses ramesh beast theboss sonia
deanna mattie oakland omega lowrider teiubesc stranger sahara moscow insert giggles bobbie wassup angelika
bhbirf cmetaumn ultima thankgod gameboy morpheus mammamia guardian spanish bangalore dogdog babybaby madness
bryant gianluca jericho trabajo layout happyday melisa running chucky whatsup dfktynbyf married sascha
beagle ixsifceh momof miley kangaroo qazzaq filippo capslock hellothere baker penguins gameover ernest
qwerasdfzxcv strike coldplay dookie mickeymouse iloveher dandan tangkai accord brooks kicker vectra alvaro
anastasiya clarence nobody simran standard patrik alexandria lalalala desmond paladin cooler sharma dublin
hannibal namaste cecile escape rfrnec mongoose oranges qwiqw smart mateusz anarchy arlene junebug ntktajy
rebound pooper ramones maman courage pyramid louis yvette giorgio movies becky leavemealone philly shelley
camera caterina zipper derek rupert lonewolf blasted katarina hamburg moneymaker zzzzzzz mazda kentucky
clinton redhot cristal omarion monopoly dannyboy scania collin sameer myangel kakashka charger biggie
queenie kathy adgjm mumbai delta wasser enrico swimmer koshka stingray goblin cheesecake alonso santosh
blackdog lesbian patriot umbrella roger abcieabc cfitymrf flyers bernardo lokomotiv matematica flash juanito
salope dorian anime software juicy aubrey bushido prelude email jesusis peekaboo fletcher medina jimbob
redalert donnie goldberg goodbye kristian jeffhardy nelly trance fastau taishan integra tracey alucard
poodle nonono dontaget donovan belle punisher wutang moneyman woodstock tytihveoc babyphat waters bugsbunny
guigui machine algerie incorrect cristo mechanical sisters cucciolo bigmac morales polopolo angelique ferret
manisha mattia gretchen vitoria dondon gorilla smitty fortune together madden button server holahola lahore
daphne vfhufhbnf blaster bearbear momma shibby madina sonny myeboys simpleplan jakcgt tractor pudding
dragoon reebok primavera barsik gratis antony prakash kieran hussain sparrow starbucks piggy maldita
kamasutra gamecube everest hondacivic supergirl benito sponge jesussaves postal coolguy maryann fabulous
ttdssaudg hanna hurricane romano bayern meowmeow babatunde honeyko mathias jesuschris catarina benoit
positive lancelot busted guillermo katrin skylar longhorn estelle reading trucks qiqiqiq television monty
coolcat chickens papito better beach jared hayabusa bears cardinals jewels finalfantasy turner grizzly
beethoven studio silence alpine ravens infiniti kristy original kosama estrela nikolay dimitri passpass
hawkeye maximilian kosmos packard colton innocent devon anjing balls cleveland poker warlock loved crimson
hotshot aqwzsx muslim fallout blades joaquin contact britt joyce lemons hentai edison kontol carlo grapes
lifesucks thirteen meredith gerardo striker noname tkfkdgo poonam medion mamour fytxrf pallmall paradox
center leandro weasel tanya jones minime trebor higgins fabiola giorgia werder noelle mariano ybrjkfq
director eureka eatshit krista chemical comfort cocoa puertorico myakids yfnfkmz destroy mazdarx french
dharma hotmama mishka cavalier showtime marcia portland printer jacques goofy youyou fatman mahesh gatito
asdfzxcv elefante sylvie prasad mckenzie juancarlos lionheart iamnumber revenge dmitriy chuck matthias
milana knights auburn susan triumph gegcbr daniil srinivas mihail sephiroth luciana marvel grandpa coolgirl
broadway beloved addison onlyme hanson abrakadabra kjkszpj kipper lovegod pooppoop zaqxswcde balaji
ilovemusic sheba hejsan kimkim bacardi impala wonderland khalid zxecav hithere pippin rdfhnbhf maymay
angelbaby violin mankind dimples spectrum cutegirl class janelle terror vancouver vinnie braveheart meandyou
sevilla jenjen adventure holla emanuele lovergirl zouzou balance shasha gatita yfcntymrf haters salmon
coolcool felicidad monroe stinger azamat brayden ismael ivanova silly cosmo camilo daughter start beanie
columbia bumblebee reagan rfnif telefono mmmmmmmm ilaria kansas selina lineage manny mustangs oluwaseun
prissy carmelo overlord oakley beetle irock agustin cathy jenifer vishal ilovechris topsecret burger cinema
roxana dkflbckfd kenzie amarillo blessings dfcbkbq fossil bordeaux budweiser bender waterloo thesims gillian
legion bernadette heroes hellsing scream dimple boxing domingo werner passwords asdieasd dfkthf irene
cantona souljaboy loredana lamborghini jumper notthat bruce hermes gambit nasty agosto imcool thugalife
romina wertyu archana diosesamor rivera khushi eragon evgeniy cepetsugih demoniqwee artemka tracy hoover
xfiles giraffe pelusa hubert battle libero temitope vfibyf bratz kaykay ludmila citroen tiesto newpassword
corinne commando jesusfreak theodore aisdefag leonie archer kleopatra eduard buckeye almighty jorge amours
georgie bigmoney brothers cobra yahooo parrot loves zigzag stones mallory lukas escort health jazmine tricia
yomomma killers goodness krasotka diamante cannon keeper patrice svoboda amalia rustam thierry demons
westwood stefanie halflife ayesha jesuss sssss plastic tupac honest cinta multiplelog charley bloods silent
artemis utopia blanca happydays demoniqweear vicky duchess honduras piccolo cgfhnfr biology sucesso willy
chelseafc vicente rebeca alinka camaroz lovesucks plymouth bloody evergreen fyutkbyf celtics lewis qqwwee
sullivan nicky retired matador poncho dauphin dominican iamcool olayinka romero market bartek helloo manila
hotty alexalex konstantin ericka someone neveragain albina assman cricri venus annamaria highlander maurizio
danica sleepy rainbows toffee hermosa uhfybn goodau mondeo raiderz aerosmith temple welkom girlfriend
youandme mayday fabrizio qqqwww toledo imperial masters herbie volkswagen shitface blackrose leftadead
torino kontakt journey lemonade lights fusion pacific frederick darlene ferari georgina jktymrf shanti
warning cowgirl stealth pdtplf pollito quality nevaeh asroma isaac nadia minerva shogun fgtkmcby estrellita
pavel jermaine moneys diane stitch azertyui bennett carmel kodiak kenken senegal technne demoniqweearst
preciosa confused maribel ufkbyf dominika loveislife rossi massage cafemom jeffery surside projectsadminx
mango viviana mariel karine painter huhbbhzu ichliebedich wellington megasecret carlotta dortmund zaqwsxcde
poetry mylord yandex three clarinet aiden gavin daniella squall lassie resident pimpdaddy rereirf celeron
magnus patate arnaud prettyboy mehmet meatball silverado bagira turbo mihaela adrien nurse conrad technics
brighton joejonas mhine wenoob rtyuehe salomon zazaza millwall whisper francine sonyericsson catania qaywsx
gator matheus faster latino ramram jackjack mummy pompom hohoho lizzy coleman buddyboy aaeaaa shanghai
rihanna iphone volley zacefron malaga benben bighead maddy cavallo stunt nccitoia qazxsweedc splash carbon
senior ohiostate benji kayode durango desert blackbird koolaid networking support madagascar astonvilla
candyman gertrude trust mafalda badminton pazzword yanyan choupette spartans kifjntbfu ahmed matilde
sagitario jerusalem kathmandu montgom front europa astrid working beaner madeleine milkshake livelife sunita
pulsar notebook kingsley warszawa kingking bionicle rhiannon ariel gaurav helloworld davids forzamilan
emiliano grumpy sparkles hollie violetta bertha latina sandhya maksimka nacional vfitymrf superfly kostya
yummy celica werty smelly chaton pearl ananas murder nccitoie mulder chevys adelina powder dirty poseidon
marcello alexa rakesh jokers jgehahfn browns imnumber reset becca stryker nightwish delacruz blade poochie
remington login viktoriya triskelion geoffrey susanne survivor solution pinkie johnioieoosat davidson gaston
select battlefield maximum condor vendetta kakaka oldman josefina nanana yannick hfytnrb makemoney knicks
willis nestor camelot silvana qweearstytui heidi bossman leader fabio godsmack alegria momomo girasole
tekken wyrybgra yxcvbnm allie lifeisgood muppet aileen pablo skiing fullaccess paolo saskia pillow finger
mikemike trojan spyder poipoi maniac didier lovestory bautista skinny seventeen sweden crjhgbjy qqqqqqqqqq
answer chicca nopass harrypotte cancel mystic tomate mileycyrus ihatethisgame butthole kashmir paola
briciola clarissa hardrock indians huskers seagull wolfman default orchid pictures mariya awsome keisha
bigbang uivthhhtef gotmilk hospital elisa vanesa tsunami labtec create waterfall adeline colts roses daewoo
moises annalisa ludacris humtum rabota scottie luther hamish coolkid yahoomail ltybcrf navigator bigpimpin
noisette bunnies tdutybz evite safari celina indya yyyyyy robinhood stallion hammers fisherman rasmus amazon
mynameis aiaaeaaa mississipp evanescence blackman bangbang rockets lavoro newstart simsim shania tomorrow
johnpaul reality bookworm adelaide company light banshee cripalife nataly godofwar owtaeygbj foxtrot
pharmacy tresd thursday rjycnfynby snoopdog greece patito homework chrisb female keegan blingbling mazafaka
sausage daytona gremlin mollydog steffi cooking bhebhe olenka matahari coolboy xeluymmmj legenda albatros
whisky littlebit leoleo maryland aliens palmer subway maximo angelus byusdg mathis oliveira capone candle
bonehead cimbom giacomo franck garbage mallorca myspac sheldon manowar reggae tesoro emachines rowena rancid
gringo razvan cuteme heineken pandas bounty ecuador glamour saturday medicina scully hustler lucia anuradha
march freeze faisal kalina bookmark cancun randall adewale dwayne pleasure blueblue catwoman friendly
`
    .trim()
    .split(/\s+/),
)
