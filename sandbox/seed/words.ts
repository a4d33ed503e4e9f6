/** What seeded records are named after: enough variety to upset code that assumes ASCII, short or unique names. */

export const MATERIALS = [
  'Linen',
  'Merino',
  'Oak',
  'Brass',
  'Walnut',
  'Canvas',
  'Ceramic',
  'Recycled',
  'Café',
  'Ångström',
]
export const GOODS = [
  'Shirt',
  'Lamp',
  'Kettle',
  'Backpack',
  'Scarf',
  'Stool',
  'Notebook',
  'Mug',
  'Blanket',
  'Clock',
  'Crêpe Pan',
]
export const STYLES = ['Classic', 'Everyday', 'No. 7', '"Heritage"', 'Mini', "Sailor's", 'Studio & Co', '100%', '东京']
export const VENDORS = ['Northwind', 'Lumière', 'Søstrene', 'Acme & Sons', "O'Neil Works", 'くらし', 'VOLT']
export const PRODUCT_TYPES = ['Apparel', 'Home', 'Kitchen', 'Stationery', 'Travel', '']
export const PRODUCT_TAGS = [
  'summer',
  'Summer',
  'SALE',
  'new-in',
  'gift idea',
  'éco',
  'bundle',
  'last chance',
  'b2b',
  'B2B',
]
export const SIZES = ['XS', 'Small', 'Medium', 'Large', 'XL', 'XXL']
export const COLORS = [
  'Red',
  'Blue',
  'Forest',
  'Écru',
  'Black',
  'White',
  'Sand',
  '藍',
  'Rosé',
  'Moss',
  'Slate',
  'Amber',
]
export const COLORS_AND_FINISHES = [...COLORS, ...COLORS.map((color) => `${color} Matte`)].slice(0, 20)

export const FIRST_NAMES = [
  'Ada',
  'Zoë',
  'José',
  'Björn',
  '美咲',
  'Łukasz',
  'Amara',
  'Oleksandr',
  'Nguyễn',
  'Sinéad',
  'Bob',
  'علي',
]
export const LAST_NAMES = [
  'Müller',
  "O'Connor",
  'Nakamura',
  'García',
  'Smith',
  'Okafor',
  'Þórsson',
  '王',
  'de la Cruz',
  'Çelik',
  'Lee',
]
export const CUSTOMER_TAGS = ['VIP', 'vip', 'wholesale', 'Newsletter', 'birthday-märz', 'do not mail']
export const CUSTOMER_NOTES = [
  'Prefers to be called in the morning',
  'Näve ☕',
  'Line one\nLine two',
  'Has a "special" discount',
]

export const ORDER_TAGS = ['priority', 'Priority', 'gift', 'fraud-check', 'répétition', 'b2b']
export const ORDER_NOTES = [
  'Leave at the door',
  'Geschenk, bitte einpacken 🎁',
  'Ring twice;\nthen wait',
  "It's for Zoë's birthday",
]
export const REFUND_NOTES = [
  'Arrived damaged',
  'Zu spät geliefert 📦',
  'Wrong size;\nkeeps the box',
  "It wasn't what Zoë wanted",
]
export const OTHER_CURRENCIES = ['EUR', 'GBP', 'CAD', 'JPY', 'SEK', 'AUD']

export interface Place {
  city: string
  province: string | null
  provinceCode: string | null
  country: string
  countryCode: string
  zip: string
  /** Telephone prefix. */
  dial: string
}

export const PLACES: readonly Place[] = [
  {
    city: 'Portland',
    province: 'Oregon',
    provinceCode: 'OR',
    country: 'United States',
    countryCode: 'US',
    zip: '97205',
    dial: '+1503',
  },
  {
    city: 'Boston',
    province: 'Massachusetts',
    provinceCode: 'MA',
    country: 'United States',
    countryCode: 'US',
    zip: '02108',
    dial: '+1617',
  },
  {
    city: 'Montréal',
    province: 'Quebec',
    provinceCode: 'QC',
    country: 'Canada',
    countryCode: 'CA',
    zip: 'H2Y 1C6',
    dial: '+1514',
  },
  {
    city: 'Køge',
    province: null,
    provinceCode: null,
    country: 'Denmark',
    countryCode: 'DK',
    zip: '4600',
    dial: '+4556',
  },
  {
    city: 'München',
    province: null,
    provinceCode: null,
    country: 'Germany',
    countryCode: 'DE',
    zip: '80331',
    dial: '+4989',
  },
  {
    city: '京都市',
    province: 'Kyōto',
    provinceCode: 'JP-26',
    country: 'Japan',
    countryCode: 'JP',
    zip: '604-8571',
    dial: '+8175',
  },
  {
    city: 'São Paulo',
    province: 'São Paulo',
    provinceCode: 'SP',
    country: 'Brazil',
    countryCode: 'BR',
    zip: '01310-100',
    dial: '+5511',
  },
  {
    city: 'Leeds',
    province: 'England',
    provinceCode: 'ENG',
    country: 'United Kingdom',
    countryCode: 'GB',
    zip: 'LS1 4AP',
    dial: '+44113',
  },
]
export const STREETS = [
  'Elm Street',
  'Rue de l’Église',
  'Hauptstraße',
  'King’s Road',
  'Av. Paulista',
  '烏丸通',
  'Nørregade',
]
