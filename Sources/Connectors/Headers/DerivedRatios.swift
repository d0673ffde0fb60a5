// Ratios that follow from other metrics: where the parts are there the ratio is left out. Stored too, the three could disagree.
package import Domain

package enum DerivedRatios {
    /// Each with its numerator and its denominator.
    package static let all: [MetricName: [MetricName]] = [
        "ctr": ["clicks", "search_impressions"],
        "engagement_rate": ["engaged_sessions", "sessions"],
    ]
}
