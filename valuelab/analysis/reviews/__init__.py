"""One customer, one question, one result: what each notebook answers, put together from the analyses."""

from valuelab.analysis.reviews.baseline import BaselineReview, review_baseline
from valuelab.analysis.reviews.conversion import ConversionReview, IndicatorConversion, review_conversion
from valuelab.analysis.reviews.health import HealthReview, review_health
from valuelab.analysis.reviews.indicators import ChainLink, IndicatorReview, review_leading_indicators
from valuelab.analysis.reviews.outlooks import GoalOutlook
from valuelab.analysis.reviews.value import GoalChance, MoneyGoal, ValueReview, review_value

__all__ = [
    "BaselineReview", "ChainLink", "ConversionReview", "GoalChance", "GoalOutlook", "HealthReview", "IndicatorConversion", "IndicatorReview",
    "MoneyGoal", "ValueReview", "review_baseline", "review_conversion", "review_health", "review_leading_indicators", "review_value",
]
