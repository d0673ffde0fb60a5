// Columns of money: each has a currency, or means nothing.
import Domain

package enum Money {
    /// Words of headers of what is counted in money, in English, German, Spanish, Portuguese and French.
    private static let words: Set<String> = [
        "revenue", "cost", "costs", "spend", "spent", "cpc", "cpm", "cpa", "rpm", "umsatz", "einnahmen", "kosten", "ausgaben", "ingresos",
        "gasto", "coste",
        "costo", "receita", "custo", "faturamento", "revenu", "revenus", "coût", "coûts", "dépenses",
    ]

    private static func isMoney(_ header: Header) -> Bool {
        // `Total revenue`, `total_revenue` and `totalRevenue` alike.
        let spaced = header.text.reduce(into: "") { $0 += $1.isUppercase && header.text.first?.isLowercase == true ? " \($1)" : "\($1)" }
        let found = spaced.lowercased().split { !$0.isLetter }.map(String.init)
        return found.contains { words.contains($0) } || found.joined(separator: " ").contains("order value")
    }

    /// What providers call money spent on ads.
    private static let spending: Set<String> = ["amountspent", "spend", "cost", "adspend"]

    /// ISO 4217.
    private static let currencies = Set(
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE \
        CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS \
        KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
        PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD \
        TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
        """.split(separator: " ").map(String.init)
    )

    package static func isCurrency(_ text: String) -> Bool { currencies.contains(text) }

    /// The name with its currency, where the header is one of money.
    /// - Parameter currency: of a file that names none.
    static func name(_ name: MetricName, of header: Header, currency: String?) throws(TableError) -> MetricName {
        let (written, rest) = header.currency
        guard written != nil || isMoney(rest) else { return name }
        if name.text.split(separator: ".").dropFirst().last.map({ isCurrency(String($0)) }) == true { return name }
        guard let currency = written ?? currency else { throw .noCurrency(header.text) }
        let plain = spending.contains(rest.letters) ? "ad_spend" : withoutCurrency(name.text, currency)
        do { return try MetricName("\(plain).\(currency)") } catch { return name }
    }

    /// `cost_click` for `cost_click_usd`, as the header `Cost / click (USD)` is spelled as a name.
    private static func withoutCurrency(_ name: String, _ currency: String) -> String {
        let end = "_" + currency.lowercased()
        return name.hasSuffix(end) ? String(name.dropLast(end.count)) : name
    }
}

extension Header {
    /// `Cost (EUR)`: the currency, and what stands before it.
    fileprivate var currency: (String?, rest: Header) {
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return (nil, self) }
        let inside = text[text.index(after: open)...].dropLast()
        return Money.isCurrency(String(inside)) ? (String(inside), Header(String(text[..<open]))) : (nil, self)
    }
}
